import { randomUUID } from 'node:crypto'
import type { Database } from './database'
import type { Session } from './session'

/**
 * One row for each kind of work that one process at a time does. A row is shared by all nodes of a cluster. A lock of
 * the server (`GET_LOCK`, row locks) is not: each node of Galera has its own.
 */
export const CREATE_LEASES = `CREATE TABLE IF NOT EXISTS leases (
  name       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  holder     CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  expires_at DATETIME(3) NOT NULL
) ENGINE = InnoDB`

const NOBODY = ''

/** A lease is renewed this often before it expires. */
const RENEWALS = 3

/**
 * A lease that would expire even later than this after its duration was acquired before the clock was set back. It is
 * longer than a statement waits for the row: its `NOW()` is the time when it began to wait.
 */
const CLOCK_MARGIN_MS = 10_000

/**
 * The right to do some work, until it is released or expires. It expires when its process dies. The clock of the server
 * decides: after a step forward, two processes may hold it. After a step backward, it may last a little longer.
 */
export class Lease {
  readonly #holder = randomUUID()
  #isLost = false

  private constructor(
    private readonly database: Database,
    private readonly name: string,
    private readonly durationMs: number,
  ) {}

  /** @returns undefined when another process holds it @throws {UnavailableError} */
  static async acquire(database: Database, name: string, durationMs: number): Promise<Lease | undefined> {
    const lease = new Lease(database, name, durationMs)
    const isAcquired = await database.transaction((session) => lease.#acquire(session), {
      repeatable: true,
      announced: false,
    })
    return isAcquired ? lease : undefined
  }

  /** Whether another process has acquired the lease meanwhile, because it was not renewed in time. */
  get isLost(): boolean {
    return this.#isLost
  }

  /** Renews the lease until the work has ended. */
  async renewDuring<Result>(work: () => Promise<Result>): Promise<Result> {
    const timer = setInterval(() => void this.#renew(), this.durationMs / RENEWALS)
    try {
      return await work()
    } finally {
      clearInterval(timer)
    }
  }

  /** Queues the release, to be done with the commit of the session's transaction. */
  releaseLater(session: Session): void {
    session.later('UPDATE leases SET holder = ? WHERE name = ? AND holder = ?', [NOBODY, this.name, this.#holder])
  }

  /** @throws {UnavailableError} then the lease expires later */
  async release(): Promise<void> {
    await this.database.transaction(async (session) => this.releaseLater(session), {
      repeatable: true,
      announced: false,
    })
  }

  async #acquire(session: Session): Promise<boolean> {
    if (await this.#take(session)) return true
    // The row is missing before its first use. Normally it exists, and must not be written for nothing.
    const [existing] = await session.rows('SELECT name FROM leases WHERE name = ?', [this.name])
    if (existing) return false
    await session.write('INSERT INTO leases (name, holder, expires_at) VALUES (?, ?, NOW(3))', [this.name, NOBODY])
    return this.#take(session)
  }

  /** Its own id counts as free: then the response to an earlier attempt was lost. */
  async #take(session: Session): Promise<boolean> {
    const { affectedRows } = await session.write(
      `UPDATE leases SET holder = ?, expires_at = ${EXPIRY}
       WHERE name = ? AND (holder IN (?, ?) OR expires_at <= NOW(3) OR expires_at > ${EXPIRY})`,
      [this.#holder, this.#durationUs, this.name, NOBODY, this.#holder, this.#durationUs + CLOCK_MARGIN_MS * 1_000],
    )
    return affectedRows === 1
  }

  /** Errors are ignored: the next renewal may succeed, and otherwise the lease expires. */
  async #renew(): Promise<void> {
    try {
      const { affectedRows } = await this.database.write((session) =>
        session.write(`UPDATE leases SET expires_at = ${EXPIRY} WHERE name = ? AND holder = ?`, [
          this.#durationUs,
          this.name,
          this.#holder,
        ]),
      )
      this.#isLost = affectedRows === 0
    } catch {}
  }

  get #durationUs(): number {
    return this.durationMs * 1_000
  }
}

const EXPIRY = 'NOW(3) + INTERVAL ? MICROSECOND'
