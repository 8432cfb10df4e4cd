import { type DomainEvent, type Order, type ProductId, stockChanged } from '@ecommerce/domain'
import { MAX_EVENTS_PER_ROW, ORDER_EVENTS } from './outbox-rows'
import { packOrderEvents } from './packed-order-events'
import { type Session, type SqlValue, toSqlTime } from './session'

/** Queues events for the outbox, in the given order. They are written with the commit. */
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

/** Queues the events that report the current status of orders. All have the same time. */
export function recordOrderEvents(session: Session, orders: readonly Order[], at: Date): void {
  insert(session, orderEventRows(orders, at))
}

/** The rows of these events, with as many events per row as possible. */
export function orderEventRows(orders: readonly Order[], at: Date): SqlValue[][] {
  const rows: SqlValue[][] = []
  for (let first = 0; first < orders.length; first += MAX_EVENTS_PER_ROW) {
    const part = orders.slice(first, first + MAX_EVENTS_PER_ROW)
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
 * Queues the events that report the stock of products after this transaction has sold units of them. The statement
 * reads the stock itself, under the locks of this transaction. It fails for a product that does not exist.
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
