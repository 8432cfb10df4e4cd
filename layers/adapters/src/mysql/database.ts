import { setTimeout as delay } from 'node:timers/promises'
import { type Tracer, UnavailableError, withinTime } from '@ecommerce/domain'
import mysql, { type Pool, type PoolConnection } from 'mysql2/promise'
import { connectionOptions, type DatabaseAddress } from './connection-options'
import {
  isConflict,
  isConnectionFailure,
  isDuplicateEntry,
  isOutdated,
  NoConnectionError,
  withoutStatement,
} from './mysql-error'
import { Session } from './session'
import { traceQueries } from './traced-connection'

export interface DatabaseOptions extends DatabaseAddress {
  readonly poolSize: number
  readonly queryTimeoutMs: number
  /** How long a conflict or a lost connection is retried before the caller is told. */
  readonly retryWithinMs: number
  /** Called after every commit of a transaction; must neither throw nor take long. */
  readonly onCommitted?: () => void
  /** Default: nothing is traced. */
  readonly tracer?: Tracer | undefined
}

/** What the connections of a pool do at this moment. */
export interface PoolUse {
  readonly inUse: number
  readonly idle: number
  /** Callers without a connection. */
  readonly waiting: number
}

export interface TransactionOptions {
  /**
   * True when the work may run again although it did commit, because it recognises its own records. Only then is it
   * repeated after a connection died in the commit, or when it met what somebody else has written.
   */
  readonly repeatable?: boolean
}

const FIRST_RETRY_MS = 5
const LONGEST_RETRY_MS = 250

const SESSION_SETTINGS = [
  // Locking reads lock the rows they return and no gaps, so batches of different orders do not collide.
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  `SET SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO',
     SESSION innodb_lock_wait_timeout = 2`,
]

/** A bounded pool of MySQL connections. Opens none before the first statement. */
export class Database {
  readonly #pool: Pool
  readonly #open = new Set<object>()
  #inUse = 0
  #waiting = 0

  constructor(private readonly options: DatabaseOptions) {
    this.#pool = mysql.createPool({
      // `Session.later` needs several statements in one query. mysql2 escapes every value, so a value cannot begin one.
      ...connectionOptions(options, { connectTimeoutMs: options.queryTimeoutMs, multipleStatements: true }),
      connectionLimit: options.poolSize,
      supportBigNumbers: true,
      // MariaDB's JSON is text: read it as text from MySQL too.
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

  /** Runs statements outside a transaction; they must be safe to repeat. @throws {UnavailableError} */
  read<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    return this.#retrying({ repeatable: true }, () => this.#withSession(work))
  }

  /**
   * Runs the work in one transaction and retries it, bounded in time, when another transaction was in the way.
   * @throws {UnavailableError} when the server is away; after a commit whose answer was lost, the outcome is unknown
   */
  transaction<Result>(work: (session: Session) => Promise<Result>, options: TransactionOptions = {}): Promise<Result> {
    return this.#retrying(options, (progress) =>
      this.#withSession(async (session) => {
        session.later('START TRANSACTION')
        try {
          const result = await work(session)
          progress.committing = true
          await session.write('COMMIT')
          this.options.onCommitted?.()
          return result
        } catch (error) {
          if (!isConnectionFailure(error)) await session.rollBack()
          throw error
        }
      }),
    )
  }

  /** Ends idle connections at once and busy ones when they are done. */
  close(): Promise<void> {
    return this.#pool.end()
  }

  async #withSession<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    const connection = await this.#acquire()
    this.#inUse++
    try {
      const { tracer, queryTimeoutMs } = this.options
      const traced = tracer === undefined ? connection : traceQueries(tracer, this.options, connection)
      const session = new Session(traced, queryTimeoutMs)
      if (!prepared.has(connection.connection)) {
        await session.write(SESSION_SETTINGS.join(';\n'))
        prepared.add(connection.connection)
      }
      const result = await work(session)
      connection.release()
      return result
    } catch (error) {
      // After a timeout the answer may still come: the connection is of no use to the next caller.
      if (isConnectionFailure(error)) this.#destroy(connection)
      else connection.release()
      throw error
    } finally {
      this.#inUse--
    }
  }

  #destroy(connection: PoolConnection): void {
    this.#open.delete(connection.connection)
    connection.destroy()
  }

  /** mysql2's pool lets callers wait without end, as they would while a server hangs. */
  async #acquire(): Promise<PoolConnection> {
    const acquired = this.#pool.getConnection()
    this.#waiting++
    try {
      return await withinTime(acquired, this.options.queryTimeoutMs, () => new NoConnectionError())
    } catch (error) {
      if (error instanceof NoConnectionError) acquired.then(release, ignore)
      throw error
    } finally {
      this.#waiting--
    }
  }

  async #retrying<Result>(
    { repeatable = false }: TransactionOptions,
    attempt: (progress: { committing: boolean }) => Promise<Result>,
  ): Promise<Result> {
    const deadline = Date.now() + this.options.retryWithinMs
    for (let waitMs = FIRST_RETRY_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_RETRY_MS)) {
      const progress = { committing: false }
      try {
        return await attempt(progress)
      } catch (error) {
        const passes = mayRetry(error, repeatable, progress.committing)
        if (passes && Date.now() + waitMs < deadline) {
          await delay(waitMs * (0.5 + Math.random() / 2))
          continue
        }
        const cause = withoutStatement(error)
        throw passes || isConnectionFailure(error) ? new UnavailableError('MySQL', { cause }) : cause
      }
    }
  }
}

const release = (connection: PoolConnection) => connection.release()
const ignore = () => undefined

function mayRetry(error: unknown, repeatable: boolean, committing: boolean): boolean {
  if (isConflict(error)) return true
  if (isConnectionFailure(error)) return repeatable || !committing
  return repeatable && (isDuplicateEntry(error) || isOutdated(error))
}

/** Connections that have their session settings. */
const prepared = new WeakSet<object>()
