import { describe, expect, it } from 'vitest'
import { describeMapping } from './describe-mapping'
import type { KafkaMapping } from './event-source-mapping'
import { aRabbitMqMapping } from './testing/rabbitmq-builders'

const KAFKA: KafkaMapping = {
  kind: 'kafka',
  name: 'on-order:kafka:orders',
  functionKey: 'on-order',
  enabled: true,
  batchSize: 100,
  batchWindowMs: 500,
  filters: [],
  brokers: ['one:9092', 'two:9092'],
  tls: false,
  topic: 'orders',
  consumerGroupId: 'shop-dev-on-order.kafka.orders',
  startingPosition: { at: 'TRIM_HORIZON' },
  reportBatchItemFailures: false,
  bisectBatchOnFunctionError: false,
  maximumRetryAttempts: -1,
  maximumRecordAgeSeconds: -1,
}

describe('the description of a mapping', () => {
  it('has brokers, topic, group and starting position of Kafka', () => {
    expect(describeMapping(KAFKA)).toBe(
      'Event source on-order:kafka:orders: topic orders of Kafka at one:9092,two:9092; ' +
        'group shop-dev-on-order.kafka.orders, from TRIM_HORIZON if it has no offsets; batches of 100 or 500 ms',
    )
  })

  it('has the security of MSK, the time of its position, and the concurrency, but no password', () => {
    const text = describeMapping({
      ...KAFKA,
      kind: 'msk',
      tls: { ca: 'a certificate' },
      sasl: { mechanism: 'plain', username: 'u', password: 'a password' },
      startingPosition: { at: 'AT_TIMESTAMP', timestampMs: 0 },
      reservedConcurrency: 2,
    })

    expect(text).toContain('MSK at one:9092,two:9092, TLS, plain;')
    expect(text).toContain('from AT_TIMESTAMP 1970-01-01T00:00:00.000Z')
    expect(text).toContain('reserved concurrency 2')
    expect(text).not.toMatch(/a password|a certificate/)
  })

  it('has the addresses, virtual host and queue of RabbitMQ, but no password', () => {
    const mapping = aRabbitMqMapping({
      urls: ['amqps://user:secret@host/shop', 'amqps://user:secret@other:5000/shop'],
      virtualHost: 'shop',
      batchSize: 1,
      enabled: false,
    })

    expect(describeMapping(mapping)).toBe(
      'Event source on-order:rabbitmq:orders (disabled): queue orders of RabbitMQ at amqps://host:5671, amqps://other:5000; ' +
        'virtual host shop; batches of 1',
    )
  })
})
