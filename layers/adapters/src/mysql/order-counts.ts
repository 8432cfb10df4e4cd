import type { Order, OrderCount } from '@ecommerce/domain'
import type { Session } from './session'

/** Connections with the same slot wait for each other's commits. More slots mean more rows to add up. */
const SLOTS = 16

/**
 * Queues changes of the order counts, to be written with the commit. Call it last: their locks last until the commit.
 */
export function countOrders(session: Session, changes: readonly OrderCount[]): void {
  if (changes.length === 0) return
  // Sorted, so that all transactions lock the rows in the same order.
  const rows = changes.toSorted((a, b) => compare(a.channel, b.channel) || compare(a.status, b.status))
  const slot = `(?, ?, CONNECTION_ID() % ${SLOTS}, ?)`
  session.later(
    `INSERT INTO order_counts (channel, status, slot, orders) VALUES ${rows.map(() => slot).join(', ')}
     ON DUPLICATE KEY UPDATE orders = orders + VALUES(orders)`,
    rows.flatMap(({ channel, status, orders }) => [channel, status, orders]),
  )
}

export function countsOf(orders: readonly Order[]): OrderCount[] {
  const counts = new Map<string, OrderCount>()
  for (const { channel, status } of orders) {
    const key = `${channel} ${status}`
    counts.set(key, { channel, status, orders: (counts.get(key)?.orders ?? 0) + 1 })
  }
  return [...counts.values()]
}

export function readOrderCounts(session: Session): Promise<OrderCount[]> {
  return session.rows<OrderCount>(
    'SELECT channel, status, CAST(SUM(orders) AS SIGNED) AS orders FROM order_counts GROUP BY channel, status',
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
