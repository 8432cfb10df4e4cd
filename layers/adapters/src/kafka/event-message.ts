import { isoTime, type RecordedEvent } from '@ecommerce/domain'
import type { Message } from 'kafkajs'

/** The message of an event. Its headers tell a consumer whether it needs to read the body. */
export function toEventMessage(event: RecordedEvent): Message {
  const { id, type, version, aggregate, aggregateId, data } = event
  const at = isoTime(event.at)
  const envelope = JSON.stringify({ id, type, version, aggregate, aggregate_id: aggregateId, at })
  return {
    key: aggregateId,
    // The data is JSON already: reading it only to write it again would cost more than all the rest.
    value: `${envelope.slice(0, -1)},"data":${data}}`,
    headers: { 'event-id': id, 'event-type': type, 'event-version': String(version), 'event-at': at },
  }
}
