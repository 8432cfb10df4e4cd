import type { EventSourceMapping, KafkaMapping } from '../event-source-mapping'
import type { FunctionDefinition, ServerlessService } from '../serverless'
import { Findings } from './findings'
import { readKafkaMapping } from './read-kafka-mapping'
import { readRabbitMqMapping } from './read-rabbitmq-mapping'
import { refuseResources } from './refuse-resources'
import { Section } from './section'
import { CUSTOM_KEY, readSettings, type Settings } from './settings'

/** The longest a function of an event source mapping of Kafka or Amazon MQ may take. */
const LONGEST_FUNCTION_TIMEOUT_SECONDS = 14 * 60

export interface ServiceMappings {
  readonly mappings: readonly EventSourceMapping[]
  readonly settings: Settings
  readonly warnings: readonly string[]
}

/**
 * The event source mappings of a service, with the defaults AWS documents and the local settings.
 *
 * @throws ServiceRefusedError naming every function, event and property that is wrong or not emulated.
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
  const mappings = (definition.events ?? []).flatMap((event, index): EventSourceMapping[] => {
    const entry = new Section(typeof event === 'string' ? {} : event, `${functionKey}.events[${index}]`, findings)
    return (['kafka', 'msk', 'rabbitmq'] as const)
      .filter((kind) => entry.has(kind))
      .map((kind) => {
        const section = entry.section(kind)
        if (kind === 'rabbitmq') {
          return readRabbitMqMapping(section, { functionKey, region, settings: settings.rabbitMq(functionKey) })
        }
        const serviceName = service.service
        return readKafkaMapping(section, {
          kind,
          functionKey,
          serviceName,
          region,
          settings: settings.kafka(functionKey),
        })
      })
  })
  if (mappings.length > 0) assertTimeout(functionKey, definition, service, findings)
  return mappings
}

function assertTimeout(
  functionKey: string,
  definition: FunctionDefinition,
  service: ServerlessService,
  findings: Findings,
): void {
  const seconds = definition.timeout ?? service.provider.timeout ?? 0
  if (seconds > LONGEST_FUNCTION_TIMEOUT_SECONDS) {
    findings.refuse(`${functionKey}.timeout`, 'is more than the 14 minutes a function of Kafka or RabbitMQ may take')
  }
}

/** The framework, too, names a mapping by function and topic or queue: of two with one name it deploys the second. */
function refuseSharedNames(mappings: readonly EventSourceMapping[], findings: Findings): void {
  for (const [name, { length }] of groupBy(mappings, (mapping) => mapping.name)) {
    if (length > 1) findings.refuse(name, `is there ${length} times: a topic or queue feeds a function once`)
  }
}

function refuseSharedGroups(mappings: readonly EventSourceMapping[], findings: Findings): void {
  const kafka = mappings.filter((mapping): mapping is KafkaMapping => mapping.kind !== 'rabbitmq')
  for (const [, sharing] of groupBy(kafka, (mapping) => mapping.consumerGroupId)) {
    const names = new Set(sharing.map((mapping) => mapping.name))
    if (names.size > 1) findings.refuse([...names].join(', '), 'have one consumerGroupId, which must be unique')
  }
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}
