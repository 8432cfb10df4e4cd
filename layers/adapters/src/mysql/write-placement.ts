import type { Order, Placement } from '@ecommerce/domain'
import { countOrders, countsOf } from './order-counts'
import { recordOrderEvents, recordStockEvents } from './outbox'
import { type Session, toSqlTime } from './session'
import { type KnownProduct, recordLedger, sellUnits } from './stock'

/**
 * Queues the decisions of `placeOrders`, to be written with the commit: one multi-row insert per table, and one update
 * of the stock. The update comes late, so that it locks products for a short time only. It fails if a product is not in
 * the state on which the decision is based.
 */
export function writePlacement(
  session: Session,
  { orders, sold }: Placement,
  products: ReadonlyMap<number, KnownProduct>,
  at: Date,
): void {
  if (orders.length === 0) return
  insertOrders(session, orders)
  insertLines(session, orders)
  recordLedger(
    session,
    orders
      .filter(({ status }) => status === 'confirmed')
      .flatMap(({ id, lines }) =>
        lines.map(({ productId, quantity }) => ({
          productId,
          delta: -quantity,
          reason: 'order' as const,
          orderId: id,
          at,
        })),
      ),
  )
  recordOrderEvents(session, orders, at)
  sellUnits(session, sold, products)
  recordStockEvents(session, sold, at)
  countOrders(session, countsOf(orders))
}

function insertOrders(session: Session, orders: readonly Order[]): void {
  session.later(
    `INSERT INTO orders (id, user_id, channel, status, reason, shortages, total_cents, fingerprint,
       accepted_at, consumed_at, committed_at, updated_at, placed_by) VALUES ?`,
    [
      orders.map((order) => [
        order.id,
        order.userId,
        order.channel,
        order.status,
        order.reason,
        order.shortages && JSON.stringify(order.shortages),
        order.totalCents,
        order.fingerprint,
        toSqlTime(order.acceptedAt),
        toSqlTime(order.consumedAt),
        toSqlTime(order.committedAt),
        toSqlTime(order.updatedAt),
        order.placedBy,
      ]),
    ],
  )
}

function insertLines(session: Session, orders: readonly Order[]): void {
  session.later('INSERT INTO order_lines (order_id, line, product_id, name, unit_price_cents, quantity) VALUES ?', [
    orders.flatMap(({ id, lines }) =>
      lines.map(({ productId, name, unitPriceCents, quantity }, line) => [
        id,
        line,
        productId,
        name,
        unitPriceCents,
        quantity,
      ]),
    ),
  ])
}
