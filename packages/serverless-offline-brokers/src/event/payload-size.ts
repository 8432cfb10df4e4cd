import type { KafkaMapping, RabbitMqMapping } from '../event-source-mapping'
import { type KafkaRecord, toKafkaEvent, toKafkaEventRecord } from './kafka-event'
import { type RabbitMqMessage, toRabbitMqEvent, toRabbitMqEventMessage } from './rabbitmq-event'

/** The largest event of a synchronous Lambda invocation. */
export const PAYLOAD_LIMIT_BYTES = 6 * 1024 * 1024

/*
 * The size of an event is the sum of its envelope, lists and records. Each list and the last record of each list are
 * counted with one comma too many. Sizes of bodies are computed, so the JSON of a batch is never built only to measure it.
 */

const EMPTY = Buffer.alloc(0)

/** The size of an event without records. */
export function kafkaEnvelopeBytes(mapping: KafkaMapping): number {
  return jsonBytes(toKafkaEvent(mapping, []))
}

/** The size that the list of a partition adds to the event. */
export function kafkaListBytes(topic: string, partition: number): number {
  return jsonBytes(`${topic}-${partition}`) + ':[],'.length
}

export function kafkaRecordBytes(record: KafkaRecord): number {
  const bare = { ...record, key: record.key && EMPTY, value: record.value && EMPTY }
  return jsonBytes(toKafkaEventRecord(bare)) + base64Bytes(record.key) + base64Bytes(record.value) + ','.length
}

/** The size of an event without messages, with its one list. */
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
