import { type CallLimits, type Tracer, withinTime } from '@ecommerce/domain'
import mysql, { type Pool, type PoolConnection } from 'mysql2/promise'
import { connectionOptions, type DatabaseAddress } from './connection-options'
import { DeadlinePassedError, NoConnectionError } from './mysql-error'
import { type AttemptProgress, retrying } from './retrying'
import { Session } from './session'
import { TimeLeft } from './time-left'
import { traceQueries } from './traced-connection'

export interface DatabaseOptions extends DatabaseAddress {
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

/** The current use of the connections of a pool. */
export interface PoolUse {
  readonly inUse: number
  readonly idle: number
  /** Callers that wait for a connection. */
  readonly waiting: number
}

export interface TransactionOptions extends CallLimits {
  /**
   * True when the work may run again after it has committed, because it recognises its own records. Only then is it
   * repeated after the connection failed during the commit, or when it conflicts with records of another transaction.
   */
  readonly repeatable?: boolean
}

const SESSION_SETTINGS = [
  // Locking reads lock the rows they return and no gaps, so batches of different orders do not conflict.
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  `SET SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO',
     SESSION innodb_lock_wait_timeout = 2`,
]

/** A pool of MySQL connections with a maximum size. Opens no connection before the first statement. */
export class Database {
  readonly #pool: Pool
  readonly #open = new Set<object>()
  #inUse = 0
  #waiting = 0

  constructor(private readonly options: DatabaseOptions) {
    this.#pool = mysql.createPool({
      // `Session.later` sends several statements in one query. mysql2 escapes every value, so no value can add one.
      ...connectionOptions(options, { connectTimeoutMs: options.queryTimeoutMs, multipleStatements: true }),
      connectionLimit: options.poolSize,
      supportBigNumbers: true,
      // JSON columns of MariaDB are text, so those of MySQL are read as text too.
      jsonStrings: true,
    })
    this.#pool.on('connection', (connection) => {
      this.#open.add(connection)
      for (const ending of ['end', 'error']) connection.once(ending, () => this.#open.delete(connection))
    })
  }

  get poolUse(): PoolUse {
    return { inUse: this.#inUse, idle: Math.max(0, this.#open.size - this.#inUse), waiting: this.#waiting }
  }

  /**
   * Runs statements outside of a transaction. They must be safe to repeat.
   * @throws {UnavailableError} when the server is unavailable, or the deadline has passed
   */
  read<Result>(work: (session: Session) => Promise<Result>, options: CallLimits = {}): Promise<Result> {
    return this.#retrying({ ...options, repeatable: true }, (timeLeft) => this.#withSession(timeLeft, work))
  }

  /**
   * Runs the work in one transaction. Retries it for a limited time after a conflict with another transaction.
   * @throws {UnavailableError} when the server is unavailable, or the deadline has passed; if the commit got no
   *   response, its outcome is unknown
   */
  transaction<Result>(work: (session: Session) => Promise<Result>, options: TransactionOptions = {}): Promise<Result> {
    return this.#retrying(options, (timeLeft, progress) =>
      this.#withSession(timeLeft, async (session) => {
        session.later('START TRANSACTION')
        try {
          const result = await work(session)
          progress.isCommitting = true
          await session.write('COMMIT')
          this.options.onCommitted?.()
          return result
        } catch (error) {
          await session.rollBack()
          throw error
        }
      }),
    )
  }

  /** Closes idle connections immediately, and busy ones when their work is done. */
  close(): Promise<void> {
    return this.#pool.end()
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

  async #withSession<Result>(timeLeft: TimeLeft, work: (session: Session) => Promise<Result>): Promise<Result> {
    const connection = await this.#acquire(timeLeft)
    const { tracer, queryTimeoutMs } = this.options
    const traced = tracer === undefined ? connection : traceQueries(tracer, this.options, connection)
    const session = new Session(traced, { queryTimeoutMs, timeLeft })
    this.#inUse++
    try {
      if (!prepared.has(connection.connection)) {
        await session.write(SESSION_SETTINGS.join(';\n'))
        prepared.add(connection.connection)
      }
      return await work(session)
    } finally {
      if (session.isBroken) this.#destroy(connection)
      else connection.release()
      this.#inUse--
    }
  }

  #destroy(connection: PoolConnection): void {
    this.#open.delete(connection.connection)
    connection.destroy()
  }

  /** Has a time limit: the pool of mysql2 has none, so callers would wait forever for a server that hangs. */
  async #acquire(timeLeft: TimeLeft): Promise<PoolConnection> {
    const waitMs = timeLeft.atMost(this.options.queryTimeoutMs)
    if (waitMs <= 0) throw new DeadlinePassedError()
    const acquired = this.#pool.getConnection()
    this.#waiting++
    try {
      return await withinTime(acquired, waitMs, () => new NoConnectionError())
    } catch (error) {
      if (error instanceof NoConnectionError) acquired.then(release, ignore)
      throw error
    } finally {
      this.#waiting--
    }
  }
}

const release = (connection: PoolConnection) => connection.release()
const ignore = () => undefined

/** The connections that have the session settings. */
const prepared = new WeakSet<object>()
