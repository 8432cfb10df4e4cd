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

/** The content of a `serverless.yml`, as data. */
export interface EventSourceService {
  readonly name: string
  /** A part of default consumer groups, so that stages do not share one. Default: `dev`. */
  readonly stage?: string
  readonly region: string
  /** By function key. `timeout` is in seconds. Of `events`, only `kafka`, `msk` and `rabbitmq` are read. */
  readonly functions: Readonly<Record<string, FunctionDefinition>>
  /** The settings of `custom.serverless-offline-brokers`. */
  readonly settings: unknown
}

export interface EventSourceParts {
  /** Invokes a function, and enforces its timeout. The function may change the event. The result must be plain data. */
  readonly invoke: Invoke
  readonly log: ServerlessLog
}

/**
 * Creates event sources for functions that run without the Serverless Framework. Events and delivery are the same as with
 * the framework; the caller provides `invoke`.
 * @throws {ServiceRefusedError} with every property that is invalid or not emulated
 * @throws {PortTakenError} when the port of the state endpoint is in use
 */
export async function openEventSources(
  service: EventSourceService,
  { invoke, log }: EventSourceParts,
): Promise<EventSources> {
  const { mappings, settings, warnings } = readMappings({
    service: service.name,
    custom: { [CUSTOM_KEY]: service.settings },
    provider: { region: service.region, ...(service.stage !== undefined && { stage: service.stage }) },
    getAllFunctions: () => Object.keys(service.functions),
    getFunction: (key) => service.functions[key] ?? {},
  })
  for (const warning of warnings) log.warning(`[brokers] ${warning}`)
  const invoker = { invoke, close: async () => undefined }
  return createEventSources({ mappings, settings, invoker, createPoller: createBrokerPoller, log })
}
