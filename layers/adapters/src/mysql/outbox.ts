import type { DomainEvent } from '@ecommerce/domain'
import type { Session } from './session'

/** Records events, in the order given, in the transaction that makes them true. */
export function recordEvents(session: Session, events: readonly DomainEvent[]): void {
  if (events.length === 0) return
  session.later('INSERT INTO outbox (aggregate, aggregate_id, type, version, data, created_at) VALUES ?', [
    events.map(({ aggregate, aggregateId, type, version, data, at }) => [
      aggregate,
      aggregateId,
      type,
      version,
      JSON.stringify(data),
      at,
    ]),
  ])
}
