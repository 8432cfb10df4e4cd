import type { DomainEvent, RecordedEvent } from '@ecommerce/domain'
import { unpackOrderEvents } from './packed-order-events'

/** The type of a row that holds several events of orders. Any other row is one event. */
export const ORDER_EVENTS = 'order_events'

/** The most events in one row. Event ids depend on it, so it must never be lowered. */
export const MAX_EVENTS_PER_ROW = 100

export const OUTBOX_COLUMNS = 'id, aggregate, aggregate_id, type, version, data, created_at'

export interface OutboxRow {
  readonly id: number
  readonly aggregate: DomainEvent['aggregate']
  readonly aggregate_id: string
  readonly type: DomainEvent['type'] | typeof ORDER_EVENTS
  readonly version: DomainEvent['version']
  readonly data: string
  readonly created_at: Date
}

export function toRecordedEvents(row: OutboxRow): RecordedEvent[] {
  return eventsOf(row).map((event, position) => ({ ...event, id: String(row.id * MAX_EVENTS_PER_ROW + position) }))
}

function eventsOf(row: OutboxRow): Omit<RecordedEvent, 'id'>[] {
  const { aggregate, aggregate_id: aggregateId, type, version, data, created_at: at } = row
  if (type !== ORDER_EVENTS) return [{ aggregate, aggregateId, type, version, data, at }]
  return unpackOrderEvents(data, at).map((event) => ({ ...event, data: JSON.stringify(event.data) }))
}
