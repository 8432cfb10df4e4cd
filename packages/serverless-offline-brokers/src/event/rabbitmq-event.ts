import type { RabbitMqMapping } from '../event-source-mapping'
import {
  AmqpBytes,
  AmqpDecimal,
  type AmqpProperties,
  type AmqpTable,
  AmqpText,
  AmqpTimestamp,
  type AmqpValue,
} from './amqp-value'
import { toJavaDateText } from './java-date-text'
import { toSignedBytes } from './signed-bytes'

/** A delivery. */
export interface RabbitMqMessage {
  readonly fields: { readonly redelivered: boolean; readonly deliveryTag: number }
  readonly properties: AmqpProperties
  readonly content: Buffer
}

export interface RabbitMqEventMessage {
  readonly basicProperties: {
    readonly contentType: string | null
    readonly contentEncoding: string | null
    readonly headers: Readonly<Record<string, unknown>> | null
    readonly deliveryMode: number | null
    readonly priority: number | null
    readonly correlationId: string | null
    readonly replyTo: string | null
    readonly expiration: string | null
    readonly messageId: string | null
    /** `Jan 1, 1970, 12:33:41 AM`, in UTC. */
    readonly timestamp: string | null
    readonly type: string | null
    readonly userId: string | null
    readonly appId: string | null
    readonly clusterId: string | null
    readonly bodySize: number
  }
  readonly redelivered: boolean
  /** Base64. */
  readonly data: string
}

export interface RabbitMqEvent {
  readonly eventSource: 'aws:rmq'
  readonly eventSourceArn: string
  /** By `<queue>::<virtual host>`. */
  readonly rmqMessagesByQueue: Readonly<Record<string, RabbitMqEventMessage[]>>
}

/** Builds the event that AWS Lambda sends for these messages. It shares no object with others: a handler may change it. */
export function toRabbitMqEvent(mapping: RabbitMqMapping, messages: readonly RabbitMqMessage[]): RabbitMqEvent {
  return {
    eventSource: 'aws:rmq',
    eventSourceArn: mapping.eventSourceArn,
    rmqMessagesByQueue: { [`${mapping.queue}::${mapping.virtualHost}`]: messages.map(toRabbitMqEventMessage) },
  }
}

export function toRabbitMqEventMessage({ fields, properties, content }: RabbitMqMessage): RabbitMqEventMessage {
  return {
    basicProperties: {
      contentType: properties.contentType ?? null,
      contentEncoding: properties.contentEncoding ?? null,
      headers: properties.headers === undefined ? null : toEventTable(properties.headers),
      deliveryMode: properties.deliveryMode ?? null,
      priority: properties.priority ?? null,
      correlationId: properties.correlationId ?? null,
      replyTo: properties.replyTo ?? null,
      expiration: properties.expiration ?? null,
      messageId: properties.messageId ?? null,
      timestamp: properties.timestamp === undefined ? null : toJavaDateText(properties.timestamp),
      type: properties.type ?? null,
      userId: properties.userId ?? null,
      appId: properties.appId ?? null,
      clusterId: properties.clusterId ?? null,
      bodySize: content.length,
    },
    redelivered: fields.redelivered,
    data: content.toString('base64'),
  }
}

function toEventTable(table: AmqpTable): Record<string, unknown> {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, toEventHeader(value)]))
}

/**
 * AWS documents strings (`{ bytes }`) and numbers. The rest follows the Java client: tables and lists recursively, byte
 * arrays as lists of numbers, timestamps as text, decimals as numbers.
 */
function toEventHeader(value: AmqpValue): unknown {
  if (value === null || typeof value === 'boolean') return value
  // JSON has no NaN and no infinity.
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (value instanceof AmqpText) return { bytes: toSignedBytes(value.bytes) }
  if (value instanceof AmqpBytes) return toSignedBytes(value.bytes)
  if (value instanceof AmqpTimestamp) return toJavaDateText(value.seconds)
  // Not a division, which would not be exact: 1999 / 100 * 3.
  if (value instanceof AmqpDecimal) return Number(`${value.digits}e-${value.places}`)
  return isList(value) ? value.map(toEventHeader) : toEventTable(value)
}

function isList(value: readonly AmqpValue[] | AmqpTable): value is readonly AmqpValue[] {
  return Array.isArray(value)
}
