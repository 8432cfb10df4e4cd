import { createBrokerPoller } from './broker-poller'
import type { Invoke } from './event-source-mapping'
import { createEventSources, type EventSources } from './event-sources'
import { readMappings } from './mapping/read-mappings'
import { CUSTOM_KEY } from './mapping/settings'
import type { FunctionDefinition, ServerlessLog } from './serverless'

export type { EventSourceMapping, Invoke, MappingState, Poller } from './event-source-mapping'
export type { EventSources } from './event-sources'
export { ServiceRefusedError } from './mapping/findings'
export { PortTakenError } from './state/state-endpoint'

/** What `serverless.yml` would say. */
export interface EventSourceService {
  readonly name: string
  readonly region: string
  /** By their key: `timeout` in seconds, and `events`, of which `kafka`, `msk` and `rabbitmq` are read. */
  readonly functions: Readonly<Record<string, FunctionDefinition>>
  /** As in `custom.serverless-offline-brokers`. */
  readonly settings: unknown
}

export interface EventSourceParts {
  /** Runs a function. The event is new in every part with every call; what it resolves to must be data. */
  readonly invoke: Invoke
  readonly log: ServerlessLog
}

/**
 * The event sources of functions that run without the Serverless Framework: same events, same delivery, an invoker of
 * one's own, which keeps the timeouts.
 * @throws {ServiceRefusedError} naming every property that is wrong or not emulated
 * @throws {PortTakenError} for the state endpoint
 */
export async function openEventSources(
  service: EventSourceService,
  { invoke, log }: EventSourceParts,
): Promise<EventSources> {
  const { mappings, settings, warnings } = readMappings({
    service: service.name,
    custom: { [CUSTOM_KEY]: service.settings },
    provider: { region: service.region },
    getAllFunctions: () => Object.keys(service.functions),
    getFunction: (key) => service.functions[key] ?? {},
  })
  for (const warning of warnings) log.warning(`[brokers] ${warning}`)
  const invoker = { invoke, close: async () => undefined }
  return createEventSources({ mappings, settings, invoker, createPoller: createBrokerPoller, log })
}
