import type { EventNaming, Serverless } from '../serverless'
import { Findings } from './findings'
import { clusterToken } from './read-event'
import { Section } from './section'

/**
 * Adds the properties of `defineEventProperties` to the packaged `AWS::Lambda::EventSourceMapping`s. Also adds a
 * `maximumBatchingWindow` of 0, which the framework drops: AWS would then use its default of half a second.
 */
export function compileEventSourceMappings(serverless: Serverless): void {
  const { service } = serverless
  const resources = service.provider.compiledCloudFormationTemplate?.Resources ?? {}
  const naming = serverless.getProvider('aws').naming
  for (const functionKey of service.getAllFunctions()) {
    for (const event of service.getFunction(functionKey).events ?? []) {
      if (typeof event !== 'object' || event === null) continue
      for (const [kind, value] of Object.entries(event)) {
        const id = logicalIdOf(kind, value, functionKey, naming)
        const properties = id === undefined ? undefined : resources[id]?.Properties
        if (properties !== undefined) Object.assign(properties, toProperties(value))
      }
    }
  }
}

// The framework has already validated `serverless.yml` against the schema, so findings are ignored.
const readValidated = (value: unknown) => new Section(value, '', new Findings())

function logicalIdOf(kind: string, value: unknown, functionKey: string, naming: EventNaming): string | undefined {
  const event = readValidated(value)
  const source = event.string(kind === 'rabbitmq' ? 'queue' : 'topic')
  if (source === undefined) return undefined
  if (kind === 'kafka') return naming.getKafkaEventLogicalId(functionKey, source)
  if (kind === 'rabbitmq') return naming.getRabbitMQEventLogicalId(functionKey, source)
  return kind === 'msk' ? naming.getMSKEventLogicalId(functionKey, clusterToken(event.get('arn')), source) : undefined
}

function toProperties(value: unknown): Record<string, unknown> {
  const event = readValidated(value)
  const responseTypes = event.strings('functionResponseTypes') ?? event.strings('functionResponseType')
  const destination = event.string('onFailureDestination')
  const properties = {
    FunctionResponseTypes: responseTypes,
    BisectBatchOnFunctionError: event.get('bisectBatchOnFunctionError'),
    MaximumRetryAttempts: event.get('maximumRetryAttempts'),
    MaximumRecordAgeInSeconds: event.get('maximumRecordAgeInSeconds'),
    DestinationConfig: destination === undefined ? undefined : { OnFailure: { Destination: destination } },
    MaximumBatchingWindowInSeconds: event.get('maximumBatchingWindow'),
  }
  return Object.fromEntries(Object.entries(properties).filter(([, each]) => each !== undefined))
}
