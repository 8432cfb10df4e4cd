import { setTimeout as delay } from 'node:timers/promises'
import type { Channel } from '../results'
import type { RecordedOrder } from '../shop/bodies'
import type { Shop } from '../shop/shop'
import { readDeadLetters, readOrders } from './read-back'

/** Rare enough not to slow down a shop that works off a backlog. */
const POLL_EVERY_MS = 200
/** A dead-lettered order stays pending. Only the list of dead letters shows that it is not in the broker any more. */
const POLLS_PER_DEAD_LETTER_CHECK = 10
/** Consumers work in parallel, so the very last order may overtake others. */
const LAST_ORDERS = 30

export interface SettledOrders {
  readonly recorded: ReadonlyMap<string, RecordedOrder>
  /** Set if accepted orders are missing: when the run stopped waiting for them, in milliseconds since the epoch. */
  readonly gaveUpAtMs?: number
}

export interface Settling {
  readonly channel: Channel
  /** The accepted orders of the step in the order of their responses. */
  readonly acceptedIds: readonly string[]
  readonly userPrefix: string
  /** By the shop's clock. */
  readonly sinceMs: number
  readonly timeoutMs: number
}

/** Waits until every accepted order of a step has reached an end, and reads the recorded orders. */
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
    await delay(POLL_EVERY_MS)
    waitingFor = open.slice(-LAST_ORDERS)
  }
}

/** Starts with the last order: while there is a backlog, this polls a single order. */
async function waitForOrders(shop: Shop, ids: readonly string[], sinceMs: number, deadlineMs: number): Promise<void> {
  for (const id of ids.toReversed()) {
    for (let polls = 1; await shop.isPending(id); polls++) {
      if (Date.now() >= deadlineMs) return
      if (polls % POLLS_PER_DEAD_LETTER_CHECK === 0 && (await withoutDeadLetters(shop, [id], sinceMs)).length === 0)
        break
      await delay(POLL_EVERY_MS)
    }
  }
}

async function withoutDeadLetters(shop: Shop, ids: readonly string[], sinceMs: number): Promise<string[]> {
  const dead = new Set((await readDeadLetters(shop, { sinceMs })).map(({ messageId }) => messageId))
  return ids.filter((id) => !dead.has(id))
}
