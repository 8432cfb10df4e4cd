import type { DeadLetterCause, DeadLetterPublisher, OrderService } from '@ecommerce/domain'
import type { BatchResult, ConsumedMessage } from '@ecommerce/runtime'
import { parseOrderPlaced } from './order-placed-message'

const KEY_REUSED: DeadLetterCause = {
  code: 'idempotency-key-reused',
  detail: 'an order under this key was placed before, with another body',
}

/**
 * What both consumers do with a batch: place its orders in one transaction, and send what can never succeed to the dead
 * letters with the cause. Rejects while the database or the broker is away: the whole batch must come again, and what
 * is recorded by then is recognised.
 */
export async function placeConsumedOrders(
  messages: readonly ConsumedMessage[],
  orders: OrderService,
  deadLetters: DeadLetterPublisher,
): Promise<BatchResult> {
  const parsed = messages.map(parseOrderPlaced)
  const conflicts = await orders.placeConsumed(parsed.filter((message) => 'order' in message))

  const undeliverable = [
    ...parsed.filter((message) => 'poison' in message).map(({ message, poison }) => ({ message, cause: poison })),
    ...conflicts.map(({ message }) => ({ message, cause: KEY_REUSED })),
  ]
  await deadLetters.send(undeliverable)
  return { deadLettered: undeliverable }
}
