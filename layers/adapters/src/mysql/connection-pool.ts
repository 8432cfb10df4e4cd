import { withinTime } from '@ecommerce/domain'
import { DeadlinePassedError, NoConnectionError, PoolClosedError } from './mysql-error'
import type { TimeLeft } from './time-left'

/** The part of a connection that the pool uses. */
export interface Poolable {
  /** False after the other side has closed the connection. */
  readonly isOpen: boolean
  /** Closes the connection without waiting. */
  destroy(): void
  /** Closes the connection properly, in bounded time. Never rejects. */
  close(): Promise<void>
}

export interface PoolOptions {
  readonly size: number
  /** How long a caller waits for a free connection. */
  readonly waitMs: number
  /** A connection that is idle for this long is closed. */
  readonly idleMs: number
}

/** The current use of the connections of a pool. */
export interface PoolUse {
  readonly inUse: number
  readonly idle: number
  /** Callers that wait for a connection. */
  readonly waiting: number
}

interface Idle<Connection> {
  readonly connection: Connection
  readonly since: number
}

/**
 * Lends connections, at most `size` at a time, in the order of the calls. Opens them when they are needed. Unlike the
 * pool of mysql2, it limits the time that callers wait, and callers do not wait for a certain server: ADR 16.
 */
export class ConnectionPool<Connection extends Poolable> {
  readonly #idle: Idle<Connection>[] = []
  readonly #waiting: ((outcome: 'slot' | 'closed') => void)[] = []
  #inUse = 0
  #isClosed = false
  #reaper: NodeJS.Timeout | undefined
  #onDrained: () => void = () => undefined

  constructor(
    private readonly open: (timeLeft: TimeLeft) => Promise<Connection>,
    private readonly options: PoolOptions,
  ) {}

  get use(): PoolUse {
    const idle = this.#idle.filter(({ connection }) => connection.isOpen).length
    return { inUse: this.#inUse, idle, waiting: this.#waiting.length }
  }

  /**
   * Returns an idle connection, or opens one.
   * @throws {NoConnectionError} @throws {DeadlinePassedError} @throws {PoolClosedError} or the error of opening
   */
  async take(timeLeft: TimeLeft): Promise<Connection> {
    if (this.#isClosed) throw new PoolClosedError()
    if (timeLeft.ms <= 0) throw new DeadlinePassedError()
    if (this.#inUse >= this.options.size) await this.#wait(timeLeft)
    else this.#inUse++
    try {
      return this.#takeIdle() ?? (await this.open(timeLeft))
    } catch (error) {
      this.#free()
      throw error
    }
  }

  /** Returns a connection that can be used again. */
  giveBack(connection: Connection): void {
    if (this.#isClosed || !connection.isOpen) {
      void connection.close()
    } else {
      this.#idle.push({ connection, since: performance.now() })
      this.#reapLater()
    }
    this.#free()
  }

  /** Returns a connection that must not be used again. */
  drop(connection: Connection): void {
    connection.destroy()
    this.#free()
  }

  /** Closes the idle connections that meet the condition. */
  closeIdle(condition: (connection: Connection) => boolean): void {
    this.#closeIdle(({ connection }) => condition(connection))
  }

  /** Closes idle connections immediately, and waits for the others. Callers that still wait get an error. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#reaper)
    for (const wake of this.#waiting.splice(0)) wake('closed')
    await Promise.all(this.#idle.splice(0).map(({ connection }) => connection.close()))
    if (this.#inUse === 0) return
    await new Promise<void>((resolve) => {
      this.#onDrained = resolve
    })
  }

  /** The last one that was returned is the least likely to have been closed by the server. */
  #takeIdle(): Connection | undefined {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      const isFresh = performance.now() - idle.since < this.options.idleMs
      if (isFresh && idle.connection.isOpen) return idle.connection
      void idle.connection.close()
    }
    return undefined
  }

  /** Resolves when another caller has passed its slot on to this one. */
  async #wait(timeLeft: TimeLeft): Promise<void> {
    const { promise, resolve } = withResolvers<'slot' | 'closed'>()
    this.#waiting.push(resolve)
    try {
      const outcome = await withinTime(promise, timeLeft.atMost(this.options.waitMs), () => new NoConnectionError())
      if (outcome === 'closed') throw new PoolClosedError()
    } catch (error) {
      if (error instanceof NoConnectionError) this.#giveUp(resolve)
      throw error
    }
  }

  #giveUp(wake: (outcome: 'slot' | 'closed') => void): void {
    const position = this.#waiting.indexOf(wake)
    if (position >= 0) this.#waiting.splice(position, 1)
    // The slot has arrived at the same moment as the timeout.
    else this.#free()
  }

  /** Passes the slot on to the caller that has waited longest, so that nobody can take it in between. */
  #free(): void {
    const next = this.#waiting.shift()
    if (next) {
      next('slot')
      return
    }
    this.#inUse--
    if (this.#isClosed && this.#inUse === 0) this.#onDrained()
  }

  /** Looks twice as often as necessary, so that no connection is idle for much longer than `idleMs`. */
  #reapLater(): void {
    this.#reaper ??= setTimeout(() => {
      this.#reaper = undefined
      const staleSince = performance.now() - this.options.idleMs
      this.#closeIdle(({ connection, since }) => !connection.isOpen || since <= staleSince)
      if (this.#idle.length > 0) this.#reapLater()
    }, this.options.idleMs / 2).unref()
  }

  #closeIdle(condition: (idle: Idle<Connection>) => boolean): void {
    for (const idle of this.#idle.filter(condition)) {
      this.#idle.splice(this.#idle.indexOf(idle), 1)
      void idle.connection.close()
    }
  }
}

/** `Promise.withResolvers` of later versions of Node.js. */
function withResolvers<Value>() {
  let resolve: (value: Value) => void = () => undefined
  const promise = new Promise<Value>((resolvePromise) => {
    resolve = resolvePromise
  })
  return { promise, resolve }
}
