import type { CallLimits, Tracer } from '@ecommerce/domain'
import type { DatabaseAddress, ServerAddress } from './connection-options'
import { ConnectionPool, type PoolUse } from './connection-pool'
import { kindOf, ReadOnlyServerError } from './mysql-error'
import { type OpenConnection, openConnection } from './open-connection'
import { type AttemptProgress, retrying } from './retrying'
import { nameOf, ServerList } from './server-list'
import { Session } from './session'
import { LOCK_WAIT_MS, POOL_IDLE_MS, SERVER_IDLE_MS } from './session-settings'
import { TimeLeft } from './time-left'
import { traceQueries } from './traced-connection'
import { checkWrites } from './write-check'

export interface DatabaseOptions extends DatabaseAddress {
  /** More servers with the same data. The first one that accepts writes is used. */
  readonly fallbacks?: readonly ServerAddress[]
  readonly poolSize: number
  /** The longest time for a round trip, for opening a connection, and for waiting for a free one. */
  readonly queryTimeoutMs: number
  /** How long a conflict or a lost connection is retried before the caller gets an error. */
  readonly retryWithinMs: number
  /** Called after every commit of a transaction. Must neither throw nor take long. */
  readonly onCommitted?: () => void
  /** Default: no tracing. */
  readonly tracer?: Tracer | undefined
}

export interface TransactionOptions extends CallLimits {
  /**
   * True when the work may run again after it has committed, because it recognises its own records. Only then is it
   * repeated after the connection failed during the commit, or when it conflicts with records of another transaction.
   */
  readonly repeatable?: boolean
  /** Whether `onCommitted` is called. Default: true. */
  readonly announced?: boolean
}

type Work<Result> = (session: Session) => Promise<Result>

/** How often the role of the server is read before a write. */
const ROLE_CHECK_MS = 1_000

/** With several servers, one that does not respond costs at most this time. */
const CONNECT_TIMEOUT_MS = 1_000

/**
 * A database on one of several servers, and its connections. Opens no connection before the first statement. All calls
 * reject with `UnavailableError` when no server can do the work, or the deadline has passed.
 */
export class Database {
  readonly #pool: ConnectionPool<OpenConnection>
  readonly #servers: ServerList
  /** When a server was found to be read-only. Its earlier connections are of no use. */
  readonly #leftAt = new Map<DatabaseAddress, number>()
  #roleReadAt = performance.now()

  constructor(private readonly options: DatabaseOptions) {
    const { fallbacks = [], poolSize, queryTimeoutMs } = options
    const addresses = [options, ...fallbacks.map((server) => ({ ...options, ...server }))]
    const connectMs = fallbacks.length === 0 ? queryTimeoutMs : Math.min(queryTimeoutMs, CONNECT_TIMEOUT_MS)
    this.#servers = new ServerList(addresses, (address, timeLeft) =>
      openConnection(address, {
        connectTimeoutMs: Math.max(1, Math.ceil(timeLeft.atMost(connectMs))),
        statementMs: queryTimeoutMs,
        lockWaitMs: LOCK_WAIT_MS,
        idleMs: SERVER_IDLE_MS,
      }),
    )
    this.#pool = new ConnectionPool((timeLeft) => this.#connect(timeLeft), {
      size: poolSize,
      waitMs: queryTimeoutMs,
      idleMs: POOL_IDLE_MS,
    })
  }

  get poolUse(): PoolUse {
    return this.#pool.use
  }

  /** Runs statements that only read, outside of a transaction. They work on a read-only server too. */
  read<Result>(work: Work<Result>, options: CallLimits = {}): Promise<Result> {
    return this.#retrying({ ...options, repeatable: true }, (timeLeft) => this.#withSession({ timeLeft }, work))
  }

  /** Runs statements outside of a transaction, each with its own commit. They must be safe to repeat. */
  write<Result>(work: Work<Result>, options: CallLimits = {}): Promise<Result> {
    return this.#retrying({ ...options, repeatable: true }, (timeLeft) =>
      this.#withSession({ timeLeft, writes: true }, work),
    )
  }

  /**
   * Runs the work in one transaction. Retries it for a limited time after a conflict with another transaction. When the
   * commit gets no response, the outcome is unknown, and the call rejects with `UnavailableError`.
   */
  transaction<Result>(work: Work<Result>, options: TransactionOptions = {}): Promise<Result> {
    return this.#retrying(options, (timeLeft, progress) =>
      this.#withSession({ timeLeft, writes: true }, async (session) => {
        session.later('START TRANSACTION')
        try {
          const result = await work(session)
          progress.isCommitting = true
          await session.write('COMMIT')
          if (options.announced !== false) this.options.onCommitted?.()
          return result
        } catch (error) {
          await session.rollBack()
          throw error
        }
      }),
    )
  }

  /** Rejects when the shop could not place an order. Changes nothing. */
  checkWrites(options: CallLimits = {}): Promise<void> {
    return this.write(checkWrites, options)
  }

  /** Closes idle connections immediately, and busy ones when their work is done. */
  close(): Promise<void> {
    return this.#pool.close()
  }

  /**
   * One deadline limits the whole call: waiting for a connection, the statements and the retries. Without one, the call
   * takes at most as long as the longest of its parts may take.
   */
  #retrying<Result>(
    { deadline, repeatable = false }: TransactionOptions,
    attempt: (timeLeft: TimeLeft, progress: AttemptProgress) => Promise<Result>,
  ): Promise<Result> {
    const { retryWithinMs, queryTimeoutMs } = this.options
    const timeLeft =
      deadline === undefined ? new TimeLeft(Math.max(retryWithinMs, queryTimeoutMs)) : TimeLeft.until(deadline)
    return retrying({ retryWithinMs, timeLeft, repeatable }, (progress) => attempt(timeLeft, progress))
  }

  async #withSession<Result>(
    { timeLeft, writes = false }: { timeLeft: TimeLeft; writes?: boolean },
    work: Work<Result>,
  ): Promise<Result> {
    const { tracer, queryTimeoutMs } = this.options
    const connection = await this.#pool.take(timeLeft)
    const { address } = connection
    const traced = tracer === undefined ? connection : traceQueries(tracer, address, connection)
    const session = new Session(traced, { queryTimeoutMs, timeLeft })
    try {
      if (writes) await this.#assertWritable(connection, timeLeft)
      return await work(session)
    } catch (error) {
      if (kindOf(error) === 'role') this.#leave(address)
      throw error
    } finally {
      // A read-only server is left as soon as possible: its data may be old.
      if (session.isBroken || !connection.isWritable || this.#hasLeft(connection)) this.#pool.drop(connection)
      else this.#pool.giveBack(connection)
    }
  }

  async #assertWritable(connection: OpenConnection, timeLeft: TimeLeft): Promise<void> {
    if (!connection.isWritable) throw new ReadOnlyServerError(nameOf(connection.address))
    if (performance.now() - this.#roleReadAt < ROLE_CHECK_MS) return
    this.#roleReadAt = performance.now()
    await connection.assertWritable(Math.max(1, Math.ceil(timeLeft.atMost(this.options.queryTimeoutMs))))
  }

  /** All connections move together. Otherwise a read might use a server that has not received the last write yet. */
  async #connect(timeLeft: TimeLeft): Promise<OpenConnection> {
    const connection = await this.#servers.connect(timeLeft)
    this.#pool.closeIdle((idle) => this.#hasLeft(idle))
    return connection
  }

  #leave(address: DatabaseAddress): void {
    this.#leftAt.set(address, performance.now())
    this.#servers.avoid(address)
    this.#pool.closeIdle((idle) => this.#hasLeft(idle))
  }

  #hasLeft({ address, openedAt }: OpenConnection): boolean {
    return address !== this.#servers.current || openedAt < (this.#leftAt.get(address) ?? 0)
  }
}
