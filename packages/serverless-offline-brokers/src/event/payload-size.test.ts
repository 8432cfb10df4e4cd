import { expect, it } from 'vitest'
import type { KafkaMapping, RabbitMqMapping } from '../event-source-mapping'
import { AmqpText } from './amqp-value'
import { type KafkaRecord, toKafkaEvent } from './kafka-event'
import {
  kafkaEnvelopeBytes,
  kafkaListBytes,
  kafkaRecordBytes,
  rabbitMqEnvelopeBytes,
  rabbitMqMessageBytes,
} from './payload-size'
import { type RabbitMqMessage, toRabbitMqEvent } from './rabbitmq-event'

const BASE = { functionKey: 'f', enabled: true, batchSize: 100, batchWindowMs: 500, filters: [] }
const KAFKA: KafkaMapping = {
  ...BASE,
  kind: 'msk',
  name: 'f:msk:topic-ü',
  brokers: ['one:9092', 'two:9092'],
  tls: false,
  topic: 'topic-ü',
  consumerGroupId: 'group',
  startingPosition: { at: 'LATEST' },
  eventSourceArn: 'arn:aws:kafka:eu-central-1:123456789012:cluster/c/1',
  reportBatchItemFailures: false,
  bisectBatchOnFunctionError: false,
  maximumRetryAttempts: -1,
  maximumRecordAgeSeconds: -1,
}
const RABBITMQ: RabbitMqMapping = {
  ...BASE,
  kind: 'rabbitmq',
  name: 'f:rabbitmq:queue',
  urls: ['amqp://localhost'],
  virtualHost: '/',
  queue: 'queue',
  eventSourceArn: 'arn:aws:mq:eu-central-1:123456789012:broker:b:b-1',
  prefetch: 1,
  concurrency: 1,
}

const bytesOf = (event: object) => Buffer.byteLength(JSON.stringify(event))
const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)

function kafkaRecord(partition: number, size: number): KafkaRecord {
  return {
    topic: KAFKA.topic,
    partition,
    offset: '9007199254740991',
    timestamp: '1545084650987',
    timestampType: 'CREATE_TIME',
    key: size % 3 === 0 ? null : Buffer.alloc(size % 5, 'k'),
    value: size % 7 === 0 ? null : Buffer.alloc(size, 'v'),
    headers: [['größe', Buffer.from([size % 256, 200, 7])]],
  }
}

it('the size of a Kafka event is exact, except for one comma per list', () => {
  const records = Array.from({ length: 60 }, (_, index) => kafkaRecord(index % 3, index))

  const counted =
    kafkaEnvelopeBytes(KAFKA) +
    sum([0, 1, 2].map((partition) => kafkaListBytes(KAFKA.topic, partition))) +
    sum(records.map(kafkaRecordBytes))

  const extraCommas = 3 + 1
  expect(counted - extraCommas).toBe(bytesOf(toKafkaEvent(KAFKA, records)))
})

it('the size of a RabbitMQ event is exact, except for one comma', () => {
  const messages = Array.from(
    { length: 60 },
    (_, index): RabbitMqMessage => ({
      fields: { redelivered: index % 2 === 0, deliveryTag: index },
      properties: { headers: { größe: new AmqpText(Buffer.from('ü')), count: index }, timestamp: index },
      content: Buffer.alloc(index * 40, 'x'),
    }),
  )

  const counted = rabbitMqEnvelopeBytes(RABBITMQ) + sum(messages.map(rabbitMqMessageBytes))

  expect(counted - 1).toBe(bytesOf(toRabbitMqEvent(RABBITMQ, messages)))
})
