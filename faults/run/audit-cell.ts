import { setTimeout as delay } from 'node:timers/promises'
import { reconcile } from '../../load/reconcile/reconcile'
import { CHANNELS, type Channel, type Reconciliation } from '../../load/results'
import type { AuditedStock } from '../../load/run/audited-stock'
import { readDeadLetters, readOrders } from '../../load/run/read-back'
import type { RecordedOrder } from '../../load/shop/bodies'
import type { Shop } from '../../load/shop/shop'

export interface AcceptedOrders {
  readonly byChannel: ReadonlyMap<Channel, readonly string[]>
  readonly userPrefix: string
  /** By the shop's clock: no order of the cell is older. */
  readonly sinceMs: number
}

export interface CellAudit {
  readonly reconciliation: Reconciliation
  readonly recorded: ReadonlyMap<Channel, ReadonlyMap<string, RecordedOrder>>
  /** Accepted, and neither recorded nor dead-lettered. */
  readonly missing: ReadonlyMap<Channel, readonly string[]>
}

const POLL_MS = 500

/**
 * Compares the accepted orders with the records of the shop, again and again until they agree or the time is over.
 * @throws {ShopError} if the shop does not respond
 */
export async function auditCell(
  shop: Shop,
  stock: AuditedStock,
  accepted: AcceptedOrders,
  withinMs: number,
): Promise<CellAudit> {
  const deadlineMs = Date.now() + withinMs
  for (;;) {
    const audit = await auditOnce(shop, stock, accepted)
    if (audit.reconciliation.holds || Date.now() >= deadlineMs) return audit
    await delay(POLL_MS)
  }
}

async function auditOnce(
  shop: Shop,
  stock: AuditedStock,
  { byChannel, userPrefix, sinceMs }: AcceptedOrders,
): Promise<CellAudit> {
  const lists = new Map<Channel, RecordedOrder[]>()
  for (const channel of CHANNELS) {
    lists.set(channel, await readOrders(shop, channel, { sinceMs, userPrefix: `${userPrefix}-` }))
  }
  const deadLetters = await readDeadLetters(shop, { sinceMs })
  const products = await stock.audit()
  const dead = new Set(deadLetters.map(({ messageId }) => messageId))
  const recorded = new Map(
    [...lists].map(([channel, orders]) => [channel, new Map(orders.map((order) => [order.id, order]))] as const),
  )
  const missing = new Map(
    [...byChannel].map(([channel, ids]) => [
      channel,
      ids.filter((id) => !recorded.get(channel)?.has(id) && !dead.has(id)),
    ]),
  )
  const reconciliation = reconcile({
    channels: CHANNELS,
    accepted: [...byChannel].flatMap(([channel, ids]) => ids.map((id) => ({ channel, id }))),
    recorded: [...lists.values()].flat(),
    deadLetters,
    products,
  })
  return { reconciliation, recorded, missing }
}
