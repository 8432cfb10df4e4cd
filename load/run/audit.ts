import { setTimeout as delay } from 'node:timers/promises'
import { type AcceptedOrder, reconcile } from '../reconcile/reconcile'
import type { Channel, Reconciliation } from '../results'
import type { RecordedOrder } from '../shop/bodies'
import type { Shop } from '../shop/shop'
import { ShopError } from '../shop/shop-error'
import type { AuditedStock } from './audited-stock'
import { readDeadLetters, readOrders } from './read-back'

/**
 * Orders whose answers were lost may still be on their way when everything that was answered has ended, and books read
 * in between differ. What is lost, doubled or oversold stays so, however often it is looked at.
 */
const LOOKS = 3

export interface Audited {
  readonly channels: readonly Channel[]
  readonly accepted: readonly AcceptedOrder[]
  readonly userPrefix: string
}

/** Reads all books of a run anew, from the first order to the last, and holds them against each other. */
export async function audit(shop: Shop, stock: AuditedStock, audited: Audited): Promise<Reconciliation> {
  try {
    for (let look = 1; ; look++) {
      const reconciliation = reconcile(await readBooks(shop, stock, audited))
      if (reconciliation.holds || look === LOOKS) return reconciliation
      await delay(shop.patienceMs / LOOKS)
    }
  } catch (error) {
    if (!(error instanceof ShopError)) throw error
    return notAudited(`the books could not be read: ${error.message}`)
  }
}

export function notAudited(reason: string): Reconciliation {
  return { holds: false, notAudited: reason, orders: [], products: [], complaints: [reason] }
}

async function readBooks(shop: Shop, stock: AuditedStock, { channels, accepted, userPrefix }: Audited) {
  const sinceMs = stock.beginsAtMs
  const recorded: RecordedOrder[][] = []
  for (const channel of channels) recorded.push(await readOrders(shop, channel, { sinceMs, userPrefix }))
  const deadLetters = await readDeadLetters(shop, { sinceMs })
  return { channels, accepted, recorded: recorded.flat(), deadLetters, products: await stock.audit() }
}
