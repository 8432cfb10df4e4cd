import type { DomainEvent } from '@ecommerce/domain'
import type { Session } from './session'

/** Records events in the transaction that makes them true, in the order given. */
export async function recordEvents(session: Session, events: readonly DomainEvent[]): Promise<void> {
  if (events.length === 0) return
  await session.write('INSERT INTO outbox (aggregate, aggregate_id, type, version, data, created_at) VALUES ?', [
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
