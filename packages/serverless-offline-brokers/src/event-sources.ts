import type { EventSourceMapping, Poller, PollerParts } from './event-source-mapping'
import type { Invoker } from './invoker'
import type { Settings } from './mapping/settings'
import type { ServerlessLog } from './serverless'
import { openStateEndpoint, type StateEndpoint } from './state/state-endpoint'
import { withinTime } from './within-time'

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
  /** Returns at once: a broker that is absent is waited for. */
  start(): void
  /**
   * Takes in no more, finishes what is in flight within `drainTimeoutMs`, closes. Closes everything even where one
   * part fails to, then throws what failed.
   */
  stop(): Promise<void>
}

/** Beyond the time to drain: a poller also takes leave of its broker, and must not keep the process if it cannot. */
const LEAVE_WITHIN_MS = 5_000

/**
 * A poller for each mapping, and the state endpoint if there is to be one: whatever can fail, before anything runs.
 *
 * @throws PortTakenError
 */
export async function createEventSources(parts: EventSourcesParts): Promise<EventSources> {
  const { mappings, settings, invoker, log } = parts
  const pollerLog = {
    info: (message: string) => log.info(`[brokers] ${message}`),
    warning: (message: string) => log.warning(`[brokers] ${message}`),
  }
  const { invoke } = invoker
  const pollerParts = { invoke, retryDelay: settings.retryDelay, log: pollerLog, clock: Date.now }
  const pollers = mappings.map((mapping) => parts.createPoller(mapping, pollerParts, settings))
  const endpoint = await openEndpoint(settings.httpPort, pollers)

  return {
    pollers,
    start() {
      for (const poller of pollers) poller.start()
      log.notice(`Event sources: ${mappings.map(describe).join(', ')}`)
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
  return withinTime(poller.stop(withinMs), withinMs + LEAVE_WITHIN_MS, late)
}

function describe({ name, enabled }: EventSourceMapping): string {
  return enabled ? name : `${name} (disabled)`
}
