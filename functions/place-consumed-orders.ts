import type { CallLimits, DeadLetterCause, DeadLetterPublisher, OrderService, TimeLimits } from '@ecommerce/domain'
import type { BatchResult, ConsumedMessage } from '@ecommerce/runtime'
import { parseOrderPlaced } from './order-placed-message'

const KEY_REUSED: DeadLetterCause = {
  code: 'idempotency-key-reused',
  detail: 'an order with this key and another body was placed before',
}

/**
 * Places the orders of a consumed batch in one transaction, and dead-letters the messages that can never succeed. Rejects
 * while the database or the broker is down. The event source then delivers the whole batch again, and the orders that
 * are recorded already are recognised as duplicates.
 */
export async function placeConsumedOrders(
  messages: readonly ConsumedMessage[],
  orders: OrderService,
  deadLetters: DeadLetterPublisher,
  timeLimits: TimeLimits,
  limits?: CallLimits,
): Promise<BatchResult> {
  const parsed = messages.map((message) => parseOrderPlaced(message, timeLimits))
  const conflicts = await orders.placeConsumed(
    parsed.filter((message) => 'order' in message),
    limits,
  )

  const undeliverable = [
    ...parsed.filter((message) => 'poison' in message).map(({ message, poison }) => ({ message, cause: poison })),
    ...conflicts.map(({ message }) => ({ message, cause: KEY_REUSED })),
  ]
  await deadLetters.send(undeliverable)
  return { deadLettered: undeliverable }
}
