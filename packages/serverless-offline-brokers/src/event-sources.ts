import { withinTime } from './deadline'
import { limitConcurrency } from './delivery/limit-concurrency'
import { describeMapping } from './describe-mapping'
import type { EventSourceMapping, Poller, PollerParts } from './event-source-mapping'
import type { Invoker } from './invoker/invoker'
import type { Settings } from './mapping/settings'
import type { ServerlessLog } from './serverless'
import { openStateEndpoint, type StateEndpoint } from './state/state-endpoint'

export type CreatePoller = (mapping: EventSourceMapping, parts: PollerParts, settings: Settings) => Poller

export interface EventSourcesParts {
  readonly mappings: readonly EventSourceMapping[]
  readonly settings: Settings
  readonly invoker: Invoker
  readonly createPoller: CreatePoller
  readonly log: ServerlessLog
}

/** The event sources of a service. */
export interface EventSources {
  readonly pollers: readonly Poller[]
  /** Returns immediately. Unavailable brokers are waited for. */
  start(): void
  /**
   * Consumes no more, finishes the batches in flight within `drainTimeoutMs`, closes. When one part fails, the others are
   * closed nevertheless, and then the errors are thrown.
   */
  stop(): Promise<void>
}

/** Added to the time to drain. A poller that cannot disconnect from its broker must not keep the process alive. */
const DISCONNECT_TIMEOUT_MS = 5_000

/**
 * Creates a poller for each mapping, and the state endpoint if it is enabled. Does everything that can fail before
 * anything runs.
 *
 * @throws PortTakenError
 */
export async function createEventSources(parts: EventSourcesParts): Promise<EventSources> {
  const { mappings, settings, invoker, log } = parts
  const pollerLog = {
    info: (message: string) => log.notice(`[brokers] ${message}`),
    warning: (message: string) => log.warning(`[brokers] ${message}`),
  }
  const invoke = limitConcurrency(invoker.invoke, mappings, (functionKey, limit) => {
    // For 0, a warning at the start has said so.
    if (limit > 0) pollerLog.info(`${functionKey}: all ${limit} of its reserved concurrency are in use; batches wait`)
  })
  const pollerParts = { invoke, retryDelay: settings.retryDelay, log: pollerLog, clock: Date.now }
  const pollers = mappings.map((mapping) => parts.createPoller(mapping, pollerParts, settings))
  const endpoint = await openEndpoint(settings.httpPort, pollers)

  return {
    pollers,
    start() {
      for (const poller of pollers) poller.start()
      for (const mapping of mappings) log.notice(describeMapping(mapping))
      if (endpoint !== undefined) log.notice(`State of the event sources: ${endpoint.url}`)
    },
    async stop() {
      const drained = pollers.map((poller) => stopInTime(poller, settings.drainTimeoutMs))
      const outcomes = await Promise.allSettled(drained)
      outcomes.push(...(await Promise.allSettled([invoker.close(), endpoint?.close()])))
      const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
      if (errors.length > 0) throw new AggregateError(errors, `event sources ended with errors: ${errors.join('; ')}`)
    },
  }
}

async function openEndpoint(port: number | undefined, pollers: readonly Poller[]): Promise<StateEndpoint | undefined> {
  return port === undefined ? undefined : openStateEndpoint(port, () => pollers.map((poller) => poller.state()))
}

function stopInTime(poller: Poller, withinMs: number): Promise<void> {
  const late = () => new Error(`${poller.mapping.name} did not stop in time`)
  return withinTime(poller.stop(withinMs), withinMs + DISCONNECT_TIMEOUT_MS, late)
}
