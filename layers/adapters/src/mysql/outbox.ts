import { type DomainEvent, type Order, orderEvent, type ProductId, stockChanged } from '@ecommerce/domain'
import { toValues } from './order-event-values'
import { type Session, type SqlValue, toSqlTime } from './session'

/** Records events, in the order given, in the transaction that makes them true. */
export function recordEvents(session: Session, events: readonly DomainEvent[]): void {
  insert(
    session,
    events.map((event) => toRow(event, JSON.stringify(event.data))),
  )
}

/** The same for the events that orders have become what they now are. */
export function recordOrderEvents(session: Session, orders: readonly Order[]): void {
  insert(
    session,
    orders.map((order) => toRow(orderEvent(order), toValues(order))),
  )
}

function toRow({ aggregate, aggregateId, type, version, at }: DomainEvent, data: string): SqlValue[] {
  return [aggregate, aggregateId, type, version, data, toSqlTime(at)]
}

function insert(session: Session, rows: SqlValue[][]): void {
  if (rows.length === 0) return
  session.later('INSERT INTO outbox (aggregate, aggregate_id, type, version, data, created_at) VALUES ?', [rows])
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
