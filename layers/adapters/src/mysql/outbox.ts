import { type DomainEvent, type ProductId, stockChanged } from '@ecommerce/domain'
import { type Session, toSqlTime } from './session'

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
      toSqlTime(at),
    ]),
  ])
}

/**
 * Records what is left of products after units were sold in this transaction, which holds their locks; the stock is read
 * as it is there. Refused for a product that is not there.
 */
export function recordStockEvents(session: Session, sold: ReadonlyMap<ProductId, number>, at: Date): void {
  if (sold.size === 0) return
  const row = '(?, ?, ?, ?, CONCAT(?, (SELECT stock FROM products WHERE id = ?), ?), ?)'
  session.later(
    `INSERT INTO outbox (aggregate, aggregate_id, type, version, data, created_at)
     VALUES ${Array.from(sold, () => row).join(', ')}`,
    [...sold].flatMap(([productId, units]) => {
      const { aggregate, aggregateId, type, version, data } = stockChanged(productId, 0, -units, at)
      const [before, after] = JSON.stringify({ ...data, stock: 'left' }).split('"left"')
      return [aggregate, aggregateId, type, version, before, productId, after, toSqlTime(at)]
    }),
  )
}
