import type { MSKEvent, MSKRecord, SelfManagedKafkaEvent } from 'aws-lambda'
import type { ConsumedMessage } from './consumed-message'

/** The messages of a Kafka event, in order within each partition. */
export function kafkaMessages(event: SelfManagedKafkaEvent | MSKEvent): ConsumedMessage[] {
  return Object.values(event.records).flat().map(toMessage)
}

/** A Kafka record may have no key or no value. The types of AWS do not say so. */
type Nullable<Text> = Text | null | undefined

function toMessage(record: MSKRecord): ConsumedMessage {
  const headers = Object.fromEntries(
    record.headers.flatMap((header) =>
      Object.entries(header).map(([name, bytes]) => [name, Buffer.from(bytes).toString()]),
    ),
  )
  return {
    broker: 'kafka',
    source: record.topic,
    position: `${record.partition}-${record.offset}`,
    id: headers['message-id'],
    key: decode(record.key)?.toString(),
    headers,
    body: decode(record.value) ?? Buffer.alloc(0),
  }
}

function decode(base64: Nullable<string>): Buffer | undefined {
  return base64 === null || base64 === undefined ? undefined : Buffer.from(base64, 'base64')
}
