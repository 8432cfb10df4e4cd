import { isoTime, type RecordedEvent } from '@ecommerce/domain'
import type { Message } from 'kafkajs'

/** The Kafka message of an event. A consumer can decide by its headers whether to parse the body. */
export function toEventMessage(event: RecordedEvent): Message {
  const { id, type, version, aggregate, aggregateId, data } = event
  const at = isoTime(event.at)
  const envelope = JSON.stringify({ id, type, version, aggregate, aggregate_id: aggregateId, at })
  return {
    key: aggregateId,
    // The data is JSON text already. Parsing and writing it again would cost more than everything else here.
    value: `${envelope.slice(0, -1)},"data":${data}}`,
    headers: { 'event-id': id, 'event-type': type, 'event-version': String(version), 'event-at': at },
  }
}
