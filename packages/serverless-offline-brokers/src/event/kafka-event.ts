import type { KafkaMapping } from '../event-source-mapping'
import { toSignedBytes } from './signed-bytes'

/** A Kafka record, independent of the client library. */
export interface KafkaRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint | string
  /** Milliseconds. */
  readonly timestamp: number | string
  readonly timestampType: 'CREATE_TIME' | 'LOG_APPEND_TIME'
  readonly key: Buffer | null
  /** Null: a tombstone. */
  readonly value: Buffer | null
  readonly headers: readonly (readonly [name: string, value: Buffer | null])[]
}

export interface KafkaEventRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
  readonly timestampType: 'CREATE_TIME' | 'LOG_APPEND_TIME'
  /** Base64; absent when the record has no key. */
  readonly key?: string
  /** Base64. Null for a tombstone, which is a choice: AWS documents nothing. */
  readonly value: string | null
  /** The value is null when the header has none, which is a choice: AWS documents nothing. */
  readonly headers: readonly Readonly<Record<string, number[] | null>>[]
}

export interface KafkaEvent {
  readonly eventSource: 'SelfManagedKafka' | 'aws:kafka'
  /** `msk` only. */
  readonly eventSourceArn?: string
  readonly bootstrapServers: string
  /** By `<topic>-<partition>`. */
  readonly records: Readonly<Record<string, KafkaEventRecord[]>>
}

/** Builds the event that AWS Lambda sends for these records. It shares no object with others: a handler may change it. */
export function toKafkaEvent(mapping: KafkaMapping, records: readonly KafkaRecord[]): KafkaEvent {
  const lists: Record<string, KafkaEventRecord[]> = {}
  for (const record of records) {
    const list = `${record.topic}-${record.partition}`
    lists[list] ??= []
    lists[list].push(toKafkaEventRecord(record))
  }
  return {
    eventSource: mapping.kind === 'msk' ? 'aws:kafka' : 'SelfManagedKafka',
    ...(mapping.kind === 'msk' && mapping.eventSourceArn !== undefined && { eventSourceArn: mapping.eventSourceArn }),
    bootstrapServers: mapping.brokers.join(','),
    records: lists,
  }
}

export function toKafkaEventRecord(record: KafkaRecord): KafkaEventRecord {
  return {
    topic: record.topic,
    partition: record.partition,
    // A JSON number, as in AWS: exact up to 2^53.
    offset: Number(record.offset),
    timestamp: Number(record.timestamp),
    timestampType: record.timestampType,
    ...(record.key !== null && { key: record.key.toString('base64') }),
    value: record.value === null ? null : record.value.toString('base64'),
    headers: record.headers.map(([name, value]) => ({ [name]: value && toSignedBytes(value) })),
  }
}
