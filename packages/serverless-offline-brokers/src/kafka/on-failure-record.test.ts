import { describe, expect, it } from 'vitest'
import { type KafkaRecord, toKafkaEvent } from '../event/kafka-event'
import type { KafkaMapping } from '../event-source-mapping'
import { toOnFailureRecord } from './on-failure-record'

const MAPPING = {
  kind: 'msk',
  functionKey: 'on-order',
  brokers: ['127.0.0.1:9092', '127.0.0.1:9093'],
  topic: 'orders',
  eventSourceArn: 'arn:aws:kafka:us-east-1:123456789012:cluster/my-cluster/abc123',
} as unknown as KafkaMapping

const RECORD: KafkaRecord = {
  topic: 'orders',
  partition: 0,
  offset: 100n,
  timestamp: 1_749_116_692_330,
  timestampType: 'CREATE_TIME',
  key: Buffer.from('test-key'),
  value: Buffer.from('test-value'),
  headers: [],
}

const failure = { reason: 'retries exhausted', invocations: 3, at: 1_573_755_365_568 } as const

describe('toOnFailureRecord', () => {
  it('has the format that AWS documents for a Kafka destination', () => {
    const payload = toKafkaEvent(MAPPING, [RECORD])

    expect(toOnFailureRecord(MAPPING, RECORD, failure)).toEqual({
      requestContext: {
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:on-order',
        condition: 'RetriesExhausted',
        approximateInvokeCount: 3,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: '2019-11-14T18:16:05.568Z',
      KafkaBatchInfo: {
        batchSize: 1,
        eventSourceArn: MAPPING.eventSourceArn,
        bootstrapServers: '127.0.0.1:9092,127.0.0.1:9093',
        payloadSize: JSON.stringify(payload).length,
        recordInfo: { offset: '100', timestamp: '2025-06-05T09:44:52.330Z' },
      },
      payload,
    })
  })

  it('has no response for a record that the function never received', () => {
    const oversize = { ...failure, reason: 'payload too large', invocations: 0 } as const

    expect(toOnFailureRecord(MAPPING, RECORD, oversize)).toMatchObject({
      requestContext: { condition: 'MaximumPayloadSizeExceeded', approximateInvokeCount: 0 },
      responseContext: null,
    })
  })

  it('has no source ARN for a self-managed cluster', () => {
    const { KafkaBatchInfo } = toOnFailureRecord({ ...MAPPING, kind: 'kafka' }, RECORD, failure)

    expect(KafkaBatchInfo).not.toHaveProperty('eventSourceArn')
  })
})
