import { isoTime } from '@ecommerce/domain'
import type { ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import { DeadlinePassedError, isConnectionFailure } from './mysql-error'
import type { TimeLeft } from './time-left'

/** A value that mysql2 escapes. Arrays are lists for `IN` and rows for a multi-row insert. */
export type SqlValue = string | number | boolean | Date | Buffer | null | undefined | SqlValue[]

/** A time in the format of MySQL. For hundreds of times per batch, this is faster than passing dates to mysql2. */
export function toSqlTime(at: Date): string {
  return isoTime(at).slice(0, -1)
}

/** The part of a connection that a session uses. */
export interface QueryConnection {
  /** @returns the results, followed by their metadata */
  query(options: { readonly sql: string; readonly timeout: number }, values: SqlValue[]): Promise<readonly unknown[]>
}

export interface SessionLimits {
  /** The longest time that a round trip may take. */
  readonly queryTimeoutMs: number
  /** No round trip starts or ends after it. */
  readonly timeLeft: TimeLeft
}

export interface Statement {
  readonly sql: string
  readonly values: SqlValue[]
}

/**
 * Runs statements on one connection, each round trip with a time limit. Values are always passed separately from the SQL.
 *
 * A round trip costs more than most statements, and in a busy process its response waits in the event loop. So a
 * statement whose result is not needed can be sent together with the next one: see `later`.
 */
export class Session {
  #queued: Statement[] = []
  #hasSent = false
  #isBroken = false

  constructor(
    private readonly connection: QueryConnection,
    private readonly limits: SessionLimits,
  ) {}

  /** Whether the connection must be closed: it failed, or a transaction may still be open on it. */
  get isBroken(): boolean {
    return this.#isBroken
  }

  async rows<Row>(sql: string, values: SqlValue[] = []): Promise<(Row & RowDataPacket)[]> {
    return this.#send<(Row & RowDataPacket)[]>({ sql, values })
  }

  /** Runs two queries in one round trip. */
  async rowsOfBoth<First, Second>(
    first: Statement,
    second: Statement,
  ): Promise<[(First & RowDataPacket)[], (Second & RowDataPacket)[]]> {
    const results = await this.#sendAll([first, second])
    // The last two results are the rows of the two queries.
    return results.slice(-2) as [(First & RowDataPacket)[], (Second & RowDataPacket)[]]
  }

  async write(sql: string, values: SqlValue[] = []): Promise<ResultSetHeader> {
    return this.#send<ResultSetHeader>({ sql, values })
  }

  /**
   * Queues a statement. It runs before the next `rows` or `write`, in the same round trip. If it fails, that call fails
   * too, and later statements do not run.
   */
  later(sql: string, values: SqlValue[] = []): void {
    this.#queued.push({ sql, values })
  }

  /** Rolls the transaction back, and drops the queued statements. Never rejects: a failure breaks the session. */
  async rollBack(): Promise<void> {
    this.#queued = []
    if (this.#isBroken || !this.#hasSent) return
    try {
      await this.write('ROLLBACK')
    } catch {
      this.#isBroken = true
    }
  }

  async #send<Result extends ResultSetHeader | RowDataPacket[]>(statement: Statement): Promise<Result> {
    const results = await this.#sendAll([statement])
    return results.at(-1) as Result // the caller knows the kind of result, the types of mysql2 do not
  }

  /**
   * Sends the queued statements, then these. @returns the results in the same order
   * @throws {DeadlinePassedError} without sending them
   */
  async #sendAll(awaited: readonly Statement[]): Promise<unknown[]> {
    const statements = [...this.#queued, ...awaited]
    this.#queued = []
    const sql = statements.map((statement) => statement.sql).join(';\n')
    const values = statements.flatMap((statement) => statement.values)
    const results = await this.#query(sql, values)
    // mysql2 returns the result of one statement, and an array of the results of several.
    return statements.length === 1 ? [results] : (results as unknown[])
  }

  async #query(sql: string, values: SqlValue[]): Promise<unknown> {
    try {
      const timeout = Math.ceil(this.limits.timeLeft.atMost(this.limits.queryTimeoutMs))
      if (timeout === 0) throw new DeadlinePassedError()
      this.#hasSent = true
      const [results] = await this.connection.query({ sql, timeout }, values)
      return results
    } catch (error) {
      // After a timeout, a late response would reach the next caller, so the connection cannot be used again.
      if (this.#hasSent && isConnectionFailure(error)) this.#isBroken = true
      throw error
    }
  }
}
