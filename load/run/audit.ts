import { setTimeout as delay } from 'node:timers/promises'
import { type AcceptedOrder, reconcile } from '../reconcile/reconcile'
import type { Channel, Reconciliation } from '../results'
import type { RecordedOrder } from '../shop/bodies'
import type { Shop } from '../shop/shop'
import { ShopError } from '../shop/shop-error'
import type { AuditedStock } from './audited-stock'
import { readDeadLetters, readOrders } from './read-back'

/**
 * Orders whose responses were lost may still be in the broker when all others have ended. Records that are read in
 * between differ. A real loss stays a loss in every attempt.
 */
const ATTEMPTS = 3

export interface AuditScope {
  readonly channels: readonly Channel[]
  readonly accepted: readonly AcceptedOrder[]
  readonly userPrefix: string
}

/** Reads all records of a run from the shop, and compares them with the responses. */
export async function audit(shop: Shop, stock: AuditedStock, scope: AuditScope): Promise<Reconciliation> {
  try {
    for (let attempt = 1; ; attempt++) {
      const reconciliation = reconcile(await readRecords(shop, stock, scope))
      if (reconciliation.holds || attempt === ATTEMPTS) return reconciliation
      await delay(shop.retryForMs / ATTEMPTS)
    }
  } catch (error) {
    if (!(error instanceof ShopError)) throw error
    return notAudited(`the records could not be read: ${error.message}`)
  }
}

export function notAudited(reason: string): Reconciliation {
  return { holds: false, notAudited: reason, orders: [], products: [], discrepancies: [reason] }
}

async function readRecords(shop: Shop, stock: AuditedStock, { channels, accepted, userPrefix }: AuditScope) {
  const sinceMs = stock.createdSinceMs
  const recorded: RecordedOrder[][] = []
  for (const channel of channels) recorded.push(await readOrders(shop, channel, { sinceMs, userPrefix }))
  const deadLetters = await readDeadLetters(shop, { sinceMs })
  return { channels, accepted, recorded: recorded.flat(), deadLetters, products: await stock.audit() }
}
