import type { KafkaMapping, RabbitMqMapping } from '../event-source-mapping'
import { type KafkaRecord, toKafkaEvent, toKafkaEventRecord } from './kafka-event'
import { type RabbitMqMessage, toRabbitMqEvent, toRabbitMqEventMessage } from './rabbitmq-event'

/** The largest event Lambda takes in a synchronous invocation. */
export const PAYLOAD_LIMIT_BYTES = 6 * 1024 * 1024

/*
 * An event is as long as its envelope, its lists and its records together, less the comma that each list and the last
 * record of each list is counted with and does not need. Bodies are measured, not encoded: the JSON of a batch is
 * never built for its length alone.
 */

const EMPTY = Buffer.alloc(0)

/** The event around the records. */
export function kafkaEnvelopeBytes(mapping: KafkaMapping): number {
  return jsonBytes(toKafkaEvent(mapping, []))
}

/** What the first record of a partition adds besides itself. */
export function kafkaListBytes(topic: string, partition: number): number {
  return jsonBytes(`${topic}-${partition}`) + ':[],'.length
}

export function kafkaRecordBytes(record: KafkaRecord): number {
  const bare = { ...record, key: record.key && EMPTY, value: record.value && EMPTY }
  return jsonBytes(toKafkaEventRecord(bare)) + base64Bytes(record.key) + base64Bytes(record.value) + ','.length
}

/** The event around the messages, with its one list. */
export function rabbitMqEnvelopeBytes(mapping: RabbitMqMapping): number {
  return jsonBytes(toRabbitMqEvent(mapping, []))
}

export function rabbitMqMessageBytes(message: RabbitMqMessage): number {
  const bare = jsonBytes(toRabbitMqEventMessage({ ...message, content: EMPTY }))
  const bodySizeDigits = String(message.content.length).length - 1
  return bare + bodySizeDigits + base64Bytes(message.content) + ','.length
}

function base64Bytes(bytes: Buffer | null): number {
  return bytes === null ? 0 : Math.ceil(bytes.length / 3) * 4
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}
