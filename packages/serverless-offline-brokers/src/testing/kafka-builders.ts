import type { KafkaRecord } from '../event/kafka-event'
import type { KafkaMapping } from '../event-source-mapping'

/** A mapping with the defaults of AWS, except that batches are delivered immediately. */
export function aKafkaMapping(overrides: Partial<KafkaMapping> = {}): KafkaMapping {
  const topic = overrides.topic ?? 'orders'
  return {
    kind: 'kafka',
    name: `test:kafka:${topic}`,
    functionKey: 'test',
    enabled: true,
    brokers: ['localhost:9092'],
    tls: false,
    topic,
    consumerGroupId: `group-${topic}`,
    startingPosition: { at: 'TRIM_HORIZON' },
    batchSize: 100,
    batchWindowMs: 0,
    filters: [],
    reportBatchItemFailures: false,
    bisectBatchOnFunctionError: false,
    maximumRetryAttempts: -1,
    maximumRecordAgeSeconds: -1,
    ...overrides,
  }
}

export function aKafkaRecord(overrides: Partial<KafkaRecord> = {}): KafkaRecord {
  return {
    topic: 'orders',
    partition: 0,
    offset: 0n,
    timestamp: 0,
    timestampType: 'CREATE_TIME',
    key: null,
    value: Buffer.from('value'),
    headers: [],
    ...overrides,
  }
}
