import type { EventSourceMapping, KafkaMapping } from '../event-source-mapping'
import type { FunctionDefinition, ServerlessService } from '../serverless'
import { Findings } from './findings'
import { readKafkaMapping } from './read-kafka-mapping'
import { readRabbitMqMapping } from './read-rabbitmq-mapping'
import { refuseResources } from './refuse-resources'
import { Section } from './section'
import { CUSTOM_KEY, readSettings, type Settings } from './settings'

/** The limit of AWS for functions with an event source mapping of Kafka or Amazon MQ. */
const MAX_FUNCTION_TIMEOUT_SECONDS = 14 * 60

/** Events of `serverless.yml` that look like ours, but are not emulated. */
const OTHER_EVENTS: ReadonlyMap<string, string> = new Map([
  ['activemq', 'is not emulated: of Amazon MQ, this plugin has only rabbitmq events'],
])

export interface ServiceMappings {
  readonly mappings: readonly EventSourceMapping[]
  readonly settings: Settings
  readonly warnings: readonly string[]
}

/**
 * Reads the event source mappings of a service, with the defaults that AWS documents and the local settings.
 *
 * @throws ServiceRefusedError with every function, event and property that is invalid or not emulated
 */
export function readMappings(service: ServerlessService): ServiceMappings {
  const findings = new Findings()
  const functionKeys = service.getAllFunctions()
  const settings = readSettings(service.custom?.[CUSTOM_KEY], functionKeys, findings)
  const mappings = functionKeys.flatMap((key) => readFunction(key, service, settings, findings))
  refuseSharedNames(mappings, findings)
  refuseSharedGroups(mappings, findings)
  refuseResources(service.resources, findings)
  findings.assertNoRefusal()
  return { mappings, settings, warnings: findings.warnings }
}

function readFunction(
  functionKey: string,
  service: ServerlessService,
  settings: Settings,
  findings: Findings,
): EventSourceMapping[] {
  const definition = service.getFunction(functionKey)
  const region = service.provider.region ?? 'us-east-1'
  const functionName = definition.name ?? `${service.service}-${service.provider.stage ?? 'dev'}-${functionKey}`
  const mappings = (definition.events ?? []).flatMap((event, index): EventSourceMapping[] => {
    const entry = new Section(typeof event === 'string' ? {} : event, `${functionKey}.events[${index}]`, findings)
    for (const [kind, problem] of OTHER_EVENTS) if (entry.has(kind)) entry.refuse(kind, problem)
    return (['kafka', 'msk', 'rabbitmq'] as const)
      .filter((kind) => entry.has(kind))
      .map((kind) => {
        const section = entry.section(kind)
        if (kind === 'rabbitmq') {
          return readRabbitMqMapping(section, { functionKey, region, settings: settings.rabbitMq(functionKey) })
        }
        return readKafkaMapping(section, {
          kind,
          functionKey,
          functionName,
          region,
          settings: settings.kafka(functionKey),
        })
      })
  })
  if (mappings.length === 0) return []
  assertTimeout(functionKey, definition, service, findings)
  assertRuntime(functionKey, definition, service, findings)
  const reservedConcurrency = readReservedConcurrency(functionKey, definition, findings)
  return reservedConcurrency === undefined ? mappings : mappings.map((mapping) => ({ ...mapping, reservedConcurrency }))
}

function readReservedConcurrency(
  functionKey: string,
  definition: FunctionDefinition,
  findings: Findings,
): number | undefined {
  const section = new Section(definition, functionKey, findings)
  const limit = section.integer('reservedConcurrency', { min: 0, max: 1_000_000 })
  if (limit === 0) section.warn('reservedConcurrency', 'is 0: the function is throttled, and never invoked')
  return limit
}

/** serverless-offline returns the log of a failed Go program as its result. AWS has ended this runtime. */
function assertRuntime(
  functionKey: string,
  definition: FunctionDefinition,
  service: ServerlessService,
  findings: Findings,
): void {
  const offline = new Section(service.custom?.['serverless-offline'], 'custom.serverless-offline', findings)
  if ((definition.runtime ?? service.provider.runtime) !== 'go1.x' || offline.get('useDocker') === true) return
  findings.refuse(
    `${functionKey}.runtime`,
    'is go1.x, whose failures serverless-offline does not report: use custom.serverless-offline.useDocker',
  )
}

function assertTimeout(
  functionKey: string,
  definition: FunctionDefinition,
  service: ServerlessService,
  findings: Findings,
): void {
  const seconds = definition.timeout ?? service.provider.timeout ?? 0
  if (seconds > MAX_FUNCTION_TIMEOUT_SECONDS) {
    findings.refuse(
      `${functionKey}.timeout`,
      'exceeds 14 minutes, the limit for functions with Kafka or RabbitMQ events',
    )
  }
}

/** The framework, too, names a mapping by function and source. Of two with the same name it would deploy only one. */
function refuseSharedNames(mappings: readonly EventSourceMapping[], findings: Findings): void {
  for (const [name, { length }] of groupBy(mappings, (mapping) => mapping.name)) {
    if (length > 1)
      findings.refuse(name, `is declared ${length} times: a topic or queue can invoke a function only once`)
  }
}

function refuseSharedGroups(mappings: readonly EventSourceMapping[], findings: Findings): void {
  const kafka = mappings.filter((mapping): mapping is KafkaMapping => mapping.kind !== 'rabbitmq')
  for (const [, sharing] of groupBy(kafka, (mapping) => mapping.consumerGroupId)) {
    const names = new Set(sharing.map((mapping) => mapping.name))
    if (names.size > 1) findings.refuse([...names].join(', '), 'share a consumerGroupId, which must be unique')
  }
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}
