import { setTimeout as delay } from 'node:timers/promises'
import type { Channel } from '../results'
import type { RecordedOrder } from '../shop/bodies'
import type { Shop } from '../shop/shop'
import { readDeadLetters, readOrders } from './read-back'

/** Seldom enough that asking is no load on a shop that has a backlog to work off. */
const ASK_EVERY_MS = 200
/** A dead-lettered order stays pending, which only the list of dead letters tells from one that is on its way. */
const ASKS_BETWEEN_DEAD_LETTERS = 10
/** Consumers work side by side, so the very last order may overtake others. */
const LAST_ORDERS = 30

export interface SettledOrders {
  readonly recorded: ReadonlyMap<string, RecordedOrder>
  /** Set when accepted orders were still missing: when they were given up, in milliseconds of the epoch. */
  readonly gaveUpAtMs?: number
}

export interface Settling {
  readonly channel: Channel
  /** Of the accepted orders of the step, those that were answered last at the end. */
  readonly acceptedIds: readonly string[]
  readonly userPrefix: string
  /** By the shop's clock. */
  readonly sinceMs: number
  readonly timeoutMs: number
}

/** Waits until everything that was accepted in a step has ended in some way, and reads it back. */
export async function settle(shop: Shop, settling: Settling): Promise<SettledOrders> {
  const deadlineMs = Date.now() + settling.timeoutMs
  let waitingFor = settling.acceptedIds.slice(-LAST_ORDERS)
  for (;;) {
    await waitForOrders(shop, waitingFor, settling.sinceMs, deadlineMs)
    const orders = await readOrders(shop, settling.channel, settling)
    const recorded = new Map(orders.map((order) => [order.id, order]))
    const missing = settling.acceptedIds.filter((id) => !recorded.has(id))
    const open = missing.length === 0 ? [] : await withoutDeadLetters(shop, missing, settling.sinceMs)
    if (open.length === 0) return { recorded }
    if (Date.now() >= deadlineMs) return { recorded, gaveUpAtMs: Date.now() }
    await delay(ASK_EVERY_MS)
    waitingFor = open.slice(-LAST_ORDERS)
  }
}

/** The last one first: while there is a backlog, that is one question at a time. */
async function waitForOrders(shop: Shop, ids: readonly string[], sinceMs: number, deadlineMs: number): Promise<void> {
  for (const id of ids.toReversed()) {
    for (let asked = 1; await shop.isPending(id); asked++) {
      if (Date.now() >= deadlineMs) return
      if (asked % ASKS_BETWEEN_DEAD_LETTERS === 0 && (await withoutDeadLetters(shop, [id], sinceMs)).length === 0) break
      await delay(ASK_EVERY_MS)
    }
  }
}

async function withoutDeadLetters(shop: Shop, ids: readonly string[], sinceMs: number): Promise<string[]> {
  const dead = new Set((await readDeadLetters(shop, { sinceMs })).map(({ messageId }) => messageId))
  return ids.filter((id) => !dead.has(id))
}
