import { type KafkaMapping, RETRIES_BEFORE_DESTINATION, type StartingPosition } from '../event-source-mapping'
import { clusterToken, NOT_EMULATED, readArn, readCommonProperties } from './read-event'
import type { Section } from './section'
import type { KafkaSettings } from './settings'

interface Source {
  readonly kind: 'kafka' | 'msk'
  readonly functionKey: string
  /** The name of the deployed function, which is different in every stage. */
  readonly functionName: string
  readonly region: string
  readonly settings: KafkaSettings
}

/** Reads one `kafka` or `msk` event. Problems go to the findings of the section. */
export function readKafkaMapping(
  event: Section,
  { kind, functionKey, functionName, region, settings }: Source,
): KafkaMapping {
  const topic = event.string('topic') ?? event.refuse('topic', 'is missing') ?? ''
  // One topic name may exist in several clusters of MSK, and the framework deploys a mapping for each.
  const source = kind === 'msk' ? `msk:${clusterToken(event.get('arn'))}` : kind
  const onFailureTopic = readOnFailureTopic(event, topic)
  const mapping: KafkaMapping = {
    kind,
    name: `${functionKey}:${source}:${topic}`,
    functionKey,
    functionArn: `arn:aws:lambda:${region}:000000000000:function:${functionName}`,
    ...readCommonProperties(event, 'value'),
    brokers: settings.brokers,
    sasl: settings.sasl,
    tls: settings.tls,
    batchAcrossPartitions: settings.batchAcrossPartitions,
    topic,
    consumerGroupId: event.string('consumerGroupId') ?? `${functionName}.${source.replaceAll(':', '.')}.${topic}`,
    startingPosition: readStartingPosition(event),
    ...(kind === 'msk' && { eventSourceArn: readArn(event, (name) => mskArn(region, name)) }),
    ...readFailureHandling(event, onFailureTopic),
  }
  assertPollers(event.section('provisionedPollerConfig'))
  if (!event.has('provisionedPollerConfig')) warnOfProvisionedProperties(event)

  // These are for AWS: here, addresses and credentials come from the local settings.
  for (const name of ['accessConfigurations', 'bootstrapServers', 'saslScram512']) event.get(name)
  event.refuseRest((name) => NOT_EMULATED.get(name) ?? 'is not emulated')
  return mapping
}

function readStartingPosition(event: Section): StartingPosition {
  const at = event.oneOf('startingPosition', ['TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP']) ?? 'TRIM_HORIZON'
  const seconds = event.integer('startingPositionTimestamp', { min: 0, max: 8.64e12 })
  if (at !== 'AT_TIMESTAMP') {
    if (seconds !== undefined) event.refuse('startingPositionTimestamp', 'needs startingPosition AT_TIMESTAMP')
    return { at }
  }
  if (seconds === undefined) event.refuse('startingPositionTimestamp', 'is missing (in seconds since 1970)')
  return { at, timestampMs: (seconds ?? 0) * 1000 }
}

function readFailureHandling(event: Section, onFailureTopic: string | undefined) {
  const responseTypes = event.strings('functionResponseTypes') ?? []
  for (const type of responseTypes) {
    if (type !== 'ReportBatchItemFailures')
      event.refuse('functionResponseTypes', 'may only contain ReportBatchItemFailures')
  }
  const responseType = event.oneOf('functionResponseType', ['ReportBatchItemFailures'])
  const attempts = event.integer('maximumRetryAttempts', { min: -1, max: 10_000 }) ?? -1
  const age = event.integer('maximumRecordAgeInSeconds', { min: -1, max: 604_800 }) ?? -1
  if (age >= 0 && age < 60) event.refuse('maximumRecordAgeInSeconds', 'is neither -1 nor from 60 to 604800')
  return {
    reportBatchItemFailures: responseType !== undefined || responseTypes.length > 0,
    bisectBatchOnFunctionError: event.boolean('bisectBatchOnFunctionError') ?? false,
    maximumRetryAttempts: attempts === -1 && onFailureTopic !== undefined ? RETRIES_BEFORE_DESTINATION : attempts,
    maximumRecordAgeSeconds: age,
    onFailureTopic,
  }
}

function readOnFailureTopic(event: Section, source: string): string | undefined {
  const destination = event.string('onFailureDestination')
  if (destination === undefined) return undefined
  const topic = /^kafka:\/\/([\w.-]{1,249})$/.exec(destination)?.[1]
  if (topic === undefined) {
    return event.refuse('onFailureDestination', 'is emulated for a topic only (kafka://topic), not for SQS, SNS or S3')
  }
  return topic === source ? event.refuse('onFailureDestination', 'is the topic that the records come from') : topic
}

/** Validates only. One local consumer already polls all partitions in parallel, so the numbers have no effect here. */
function assertPollers(config: Section): void {
  const min = config.integer('minimumPollers', { min: 1, max: 200 }) ?? 1
  const max = config.integer('maximumPollers', { min: 1, max: 2000 }) ?? 200
  if (max < min) config.refuse('maximumPollers', 'is less than minimumPollers')
  config.refuseRest((name) => NOT_EMULATED.get(name) ?? 'is not emulated')
}

function warnOfProvisionedProperties(event: Section): void {
  const names = [
    'functionResponseType',
    'functionResponseTypes',
    'bisectBatchOnFunctionError',
    'maximumRetryAttempts',
    'maximumRecordAgeInSeconds',
  ].filter((name) => event.has(name))
  if (/^kafka:/.test(event.string('onFailureDestination') ?? '')) names.push('onFailureDestination')
  for (const name of names)
    event.warn(name, 'works here, but on AWS only in provisioned mode (provisionedPollerConfig)')
}

function mskArn(region: string, name: string): string {
  return `arn:aws:kafka:${region}:000000000000:cluster/${name}/00000000-0000-0000-0000-000000000000-1`
}
