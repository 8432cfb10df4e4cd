import type { Channel } from '../results'
import type { DeadLetter, RecordedOrder } from '../shop/bodies'
import type { Shop } from '../shop/shop'

/**
 * Lists are in the order of commits, and parallel batches may swap neighbours. A page counts as older than a time only
 * if all of its entries are older by this much.
 */
const DISORDER_MS = 2_000

export interface Period {
  /** By the shop's clock. */
  readonly sinceMs: number
}

/** Recorded orders of users whose names start with the prefix. */
export async function readOrders(
  shop: Shop,
  channel: Channel,
  { sinceMs, userPrefix }: Period & { readonly userPrefix: string },
): Promise<RecordedOrder[]> {
  const found: RecordedOrder[] = []
  for await (const page of shop.orders(channel)) {
    found.push(...page.filter(({ userId }) => userId.startsWith(userPrefix)))
    if (page.every(({ committedAtMs }) => committedAtMs < sinceMs - DISORDER_MS)) break
  }
  return found
}

export async function readDeadLetters(shop: Shop, { sinceMs }: Period): Promise<DeadLetter[]> {
  const found: DeadLetter[] = []
  for await (const page of shop.deadLetters()) {
    found.push(...page)
    if (page.every(({ lastFailedAtMs }) => lastFailedAtMs < sinceMs - DISORDER_MS)) break
  }
  return found
}
