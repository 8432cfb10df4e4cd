import { type DomainEvent, type Order, type ProductId, stockChanged } from '@ecommerce/domain'
import { EVENTS_OF_A_ROW, ORDER_EVENTS } from './outbox-rows'
import { packOrderEvents } from './packed-order-events'
import { type Session, type SqlValue, toSqlTime } from './session'

/** Records events, in the order given, in the transaction that makes them true. */
export function recordEvents(session: Session, events: readonly DomainEvent[]): void {
  insert(
    session,
    events.map(({ aggregate, aggregateId, type, version, data, at }) => [
      1,
      aggregate,
      aggregateId,
      type,
      version,
      JSON.stringify(data),
      toSqlTime(at),
    ]),
  )
}

/** The same for the events that orders have become what they now are, all at one time. */
export function recordOrderEvents(session: Session, orders: readonly Order[], at: Date): void {
  insert(session, orderEventRows(orders, at))
}

/** As few rows as may be. */
export function orderEventRows(orders: readonly Order[], at: Date): SqlValue[][] {
  const rows: SqlValue[][] = []
  for (let first = 0; first < orders.length; first += EVENTS_OF_A_ROW) {
    const part = orders.slice(first, first + EVENTS_OF_A_ROW)
    rows.push([part.length, 'order', '', ORDER_EVENTS, 1, packOrderEvents(part), toSqlTime(at)])
  }
  return rows
}

function insert(session: Session, rows: SqlValue[][]): void {
  if (rows.length === 0) return
  session.later('INSERT INTO outbox (events, aggregate, aggregate_id, type, version, data, created_at) VALUES ?', [
    rows,
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
