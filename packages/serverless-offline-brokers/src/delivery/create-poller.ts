import { settlesWithin } from '../deadline'
import { createDeferred } from '../deferred'
import type { EventSourceMapping, MappingState, Poller, PollerParts, RetryDelay } from '../event-source-mapping'
import { createMappingStats, type MappingStats } from './mapping-stats'
import { retryDelayMs, wait } from './retry-delay'

/** One connection with its consumer, from the start of consuming until it is lost or closed. */
export interface Session {
  /** Resolves with the reason when the connection, the channel or the membership is lost. Never rejects. */
  readonly lost: Promise<unknown>
  state(): Pick<MappingState, 'lag' | 'failing' | 'queueDepth'>
  /** Consumes no more. Resolves when everything in flight is settled. */
  drain(): Promise<void>
  /** Everything in flight will be delivered again, even if the function succeeds after this. */
  close(): Promise<void>
}

/** Connects and consumes. When that fails, it rejects and leaves nothing open. */
export type OpenSession = (stats: MappingStats, signal: AbortSignal) => Promise<Session>

export interface SessionOptions {
  readonly openSession: OpenSession
  readonly reconnectDelay: RetryDelay
}

/** The time to disconnect from the broker, after the time for work in flight. */
const CLOSE_TIMEOUT_MS = 3_000

/** Keeps a session open: waits for an unavailable broker, replaces a lost session, ends the session on stop. */
export function createPoller(mapping: EventSourceMapping, parts: PollerParts, options: SessionOptions): Poller {
  return new SessionPoller(mapping, parts, options)
}

class SessionPoller implements Poller {
  readonly #stats: MappingStats
  readonly #stopping = new AbortController()
  readonly #stopRequested = createDeferred()
  #status: MappingState['status']
  #session: Session | undefined
  #running: Promise<void> | undefined
  #stopped: Promise<void> | undefined

  constructor(
    readonly mapping: EventSourceMapping,
    private readonly parts: PollerParts,
    private readonly options: SessionOptions,
  ) {
    this.#stats = createMappingStats(parts, mapping.name)
    this.#status = mapping.enabled ? 'connecting' : 'disabled'
  }

  start(): void {
    if (this.mapping.enabled && !this.#stopping.signal.aborted) this.#running ??= this.#keepConnected()
  }

  stop(withinMs: number): Promise<void> {
    this.#stopped ??= this.#end(withinMs)
    return this.#stopped
  }

  state(): MappingState {
    const { name, functionKey } = this.mapping
    return { name, functionKey, status: this.#status, ...this.#stats.snapshot(), ...this.#session?.state() }
  }

  async #keepConnected(): Promise<void> {
    const { signal } = this.#stopping
    for (let failures = 0; !signal.aborted; ) {
      try {
        this.#session = await this.options.openSession(this.#stats, signal)
        if (failures > 0) this.parts.log.info(`${this.mapping.name}: connected, after ${failures} failed tries`)
        failures = 0
        if (signal.aborted) return await this.#session.close()
        await this.#useUntilLost(this.#session)
      } catch (error) {
        if (signal.aborted) return
        this.#stats.reportError(error)
      }
      failures += 1
      await wait(retryDelayMs(this.options.reconnectDelay, failures), signal)
    }
  }

  async #useUntilLost(session: Session): Promise<void> {
    this.#status = 'running'
    const reason = await Promise.race([session.lost, this.#stopRequested.promise])
    if (this.#stopping.signal.aborted) return
    this.#status = 'reconnecting'
    this.#stats.reportError(reason)
    this.#session = undefined
    await settlesWithin(CLOSE_TIMEOUT_MS, session.close())
  }

  async #end(withinMs: number): Promise<void> {
    if (this.#running === undefined) {
      if (this.mapping.enabled) this.#status = 'stopped'
      return
    }
    this.#status = 'stopping'
    // Before the first await, so that a function that ends now gets no further batch.
    const ended = this.#session === undefined ? undefined : this.#endSession(this.#session, withinMs)
    this.#stopping.abort()
    this.#stopRequested.resolve()
    await ended
    await settlesWithin(CLOSE_TIMEOUT_MS, this.#running)
    this.#session = undefined
    this.#status = 'stopped'
  }

  async #endSession(session: Session, withinMs: number): Promise<void> {
    try {
      const isDrained = await settlesWithin(withinMs, Promise.race([session.drain(), session.lost]))
      if (!isDrained) this.#stats.reportError(new Error('stopped with work in flight: it will be delivered again'))
    } catch (error) {
      this.#stats.reportError(error)
    }
    try {
      await settlesWithin(CLOSE_TIMEOUT_MS, session.close())
    } catch (error) {
      this.#stats.reportError(error)
    }
  }
}
