import {
  type DomainEvent,
  type Order,
  orderEvent,
  type Placement,
  type StockedProduct,
  stockChanged,
} from '@ecommerce/domain'
import { countOrders, countsOf } from './order-counts'
import { recordEvents } from './outbox'
import type { Session } from './session'
import { recordLedger, sellUnits } from './stock'

/** Writes what `placeOrders` decided, with the commit: one multi-row insert per table and one update of the stock. */
export function writePlacement(
  session: Session,
  { orders, sold }: Placement,
  products: ReadonlyMap<number, StockedProduct>,
  at: Date,
): void {
  if (orders.length === 0) return
  insertOrders(session, orders)
  insertLines(session, orders)
  session.later('INSERT INTO order_history (order_id, step, status, at) VALUES ?', [
    orders.map(({ id, status }) => [id, 1, status, at]),
  ])
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
  sellUnits(session, sold)
  const stockEvents = [...sold].map(([productId, units]): DomainEvent => {
    const before = products.get(productId)?.stock ?? 0
    return stockChanged(productId, before - units, -units, at)
  })
  recordEvents(session, [...orders.map(orderEvent), ...stockEvents])
  countOrders(session, countsOf(orders))
}

function insertOrders(session: Session, orders: readonly Order[]): void {
  session.later(
    `INSERT INTO orders (id, user_id, channel, status, reason, shortages, total_cents, fingerprint,
       accepted_at, consumed_at, committed_at, updated_at) VALUES ?`,
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
        order.acceptedAt,
        order.consumedAt,
        order.committedAt,
        order.updatedAt,
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
