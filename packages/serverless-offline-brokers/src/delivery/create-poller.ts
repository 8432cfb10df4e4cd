import type { EventSourceMapping, MappingState, Poller, PollerParts, RetryDelay } from '../event-source-mapping'
import { createMappingStats, type MappingStats } from './mapping-stats'
import { retryDelayMs, settlesWithin, wait } from './retry-delay'

/** Deliveries over one connection, from a consumer that is up to the loss or the end of it. */
export interface Session {
  /** Resolves with the reason when the connection, the channel or the membership is lost. Never rejects. */
  readonly lost: Promise<unknown>
  state(): Pick<MappingState, 'lag' | 'queueDepth'>
  /** Takes in no more; returns when what is in flight is settled. */
  drain(): Promise<void>
  /** Leaves whatever is in flight to be delivered again, also if the function ends well from now on. */
  close(): Promise<void>
}

/** Connects and consumes; rejects when that is not possible now, and leaves nothing open then. */
export type OpenSession = (stats: MappingStats, signal: AbortSignal) => Promise<Session>

/** Time to take leave of the broker, beyond what was given for the work in flight. */
const CLOSE_WITHIN_MS = 3_000

/** Keeps a session open: waits for a broker that is absent, replaces a session that is lost, ends it on stop. */
export function createPoller(
  mapping: EventSourceMapping,
  parts: PollerParts,
  { openSession, reconnectDelay }: { readonly openSession: OpenSession; readonly reconnectDelay: RetryDelay },
): Poller {
  const stats = createMappingStats(parts, mapping.name)
  const stopping = new AbortController()
  const stopRequested = new Promise<void>((resolve) => {
    stopping.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  let status: MappingState['status'] = mapping.enabled ? 'connecting' : 'disabled'
  let session: Session | undefined
  let running: Promise<void> | undefined
  let stopped: Promise<void> | undefined

  async function keepConnected(): Promise<void> {
    for (let failures = 0; !stopping.signal.aborted; ) {
      try {
        session = await openSession(stats, stopping.signal)
        failures = 0
        if (stopping.signal.aborted) return await session.close()
        status = 'running'
        const reason = await Promise.race([session.lost, stopRequested])
        if (stopping.signal.aborted) return
        status = 'reconnecting'
        stats.reportError(reason)
        const lost = session
        session = undefined
        await settlesWithin(CLOSE_WITHIN_MS, lost.close())
      } catch (error) {
        if (stopping.signal.aborted) return
        stats.reportError(error)
      }
      failures += 1
      await wait(retryDelayMs(reconnectDelay, failures), stopping.signal)
    }
  }

  async function end(withinMs: number): Promise<void> {
    if (running === undefined) {
      if (mapping.enabled) status = 'stopped'
      return
    }
    status = 'stopping'
    // Before anything is awaited: a function that ends now must not be given another batch.
    const ended = session === undefined ? undefined : endSession(session, withinMs)
    stopping.abort()
    await ended
    await settlesWithin(CLOSE_WITHIN_MS, running)
    session = undefined
    status = 'stopped'
  }

  async function endSession(last: Session, withinMs: number): Promise<void> {
    try {
      const isDrained = await settlesWithin(withinMs, Promise.race([last.drain(), last.lost]))
      if (!isDrained) stats.reportError(new Error('stopped with work in flight: it will be delivered again'))
    } catch (error) {
      stats.reportError(error)
    }
    try {
      await settlesWithin(CLOSE_WITHIN_MS, last.close())
    } catch (error) {
      stats.reportError(error)
    }
  }

  return {
    mapping,
    start() {
      if (mapping.enabled && !stopping.signal.aborted) running ??= keepConnected()
    },
    stop(withinMs) {
      stopped ??= end(withinMs)
      return stopped
    },
    state: () => ({
      name: mapping.name,
      functionKey: mapping.functionKey,
      status,
      ...stats.snapshot(),
      ...session?.state(),
    }),
  }
}
