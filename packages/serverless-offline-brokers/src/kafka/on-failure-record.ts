import { randomUUID } from 'node:crypto'
import type { DiscardReason } from '../delivery/deliver-batch'
import { type KafkaEvent, type KafkaRecord, toKafkaEvent } from '../event/kafka-event'
import type { KafkaMapping } from '../event-source-mapping'

/**
 * The names on AWS's page about Kafka destinations. The page about other destinations has `RetryAttemptsExhausted`. For
 * records that are too old AWS documents no name, so this is the one of Kinesis.
 */
const CONDITIONS = {
  'retries exhausted': 'RetriesExhausted',
  'record age exceeded': 'MaximumRecordAgeExceeded',
  'payload too large': 'MaximumPayloadSizeExceeded',
} as const satisfies Record<DiscardReason, string>

export interface OnFailureRecord {
  readonly requestContext: {
    readonly requestId: string
    readonly functionArn: string
    readonly condition: (typeof CONDITIONS)[DiscardReason]
    readonly approximateInvokeCount: number
  }
  /** Null when the function was not invoked with the record. */
  readonly responseContext: { statusCode: 200; executedVersion: '$LATEST'; functionError: 'Unhandled' } | null
  readonly version: '1.0'
  readonly timestamp: string
  readonly KafkaBatchInfo: {
    readonly batchSize: 1
    /** `msk` only. */
    readonly eventSourceArn?: string
    readonly bootstrapServers: string
    readonly payloadSize: number
    readonly recordInfo: { readonly offset: string; readonly timestamp: string }
  }
  readonly payload?: KafkaEvent
}

export interface Failure {
  readonly reason: DiscardReason
  readonly invocations: number
  readonly at: number
}

/** Builds what AWS writes to a Kafka on-failure destination for one record: the failure, and an event with the record. */
export function toOnFailureRecord(mapping: KafkaMapping, record: KafkaRecord, failure: Failure): OnFailureRecord {
  const payload = toKafkaEvent(mapping, [record])
  const { eventSourceArn, bootstrapServers } = payload
  return {
    requestContext: {
      requestId: randomUUID(),
      functionArn: mapping.functionArn ?? `arn:aws:lambda:us-east-1:000000000000:function:${mapping.functionKey}`,
      condition: CONDITIONS[failure.reason],
      approximateInvokeCount: failure.invocations,
    },
    responseContext:
      failure.invocations === 0 ? null : { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: new Date(failure.at).toISOString(),
    KafkaBatchInfo: {
      batchSize: 1,
      ...(eventSourceArn !== undefined && { eventSourceArn }),
      bootstrapServers,
      payloadSize: Buffer.byteLength(JSON.stringify(payload)),
      recordInfo: {
        offset: String(record.offset),
        timestamp: new Date(Number(record.timestamp)).toISOString(),
      },
    },
    payload,
  }
}
