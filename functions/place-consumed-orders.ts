import type { CallLimits, DeadLetterCause, DeadLetterPublisher, OrderService, TimeLimits } from '@ecommerce/domain'
import type { BatchResult, ConsumedMessage } from '@ecommerce/runtime'
import { type ParsedMessage, type Poison, parseOrderPlaced } from './order-placed-message'

type PoisonedMessage = Extract<ParsedMessage, { readonly poison: Poison }>

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

  const poisoned = parsed.filter((message) => 'poison' in message)
  const repeated = await repeatedDeliveries(poisoned, orders, limits)
  const undeliverable = [
    ...poisoned.filter((message) => !repeated.has(message)).map(({ message, poison }) => ({ message, cause: poison })),
    ...conflicts.map(({ message }) => ({ message, cause: KEY_REUSED })),
  ]
  await deadLetters.send(undeliverable)
  return { deadLettered: undeliverable }
}

/** After a step of the clock, orders that are recorded may be delivered again with a time that seems implausible. */
async function repeatedDeliveries(
  messages: readonly PoisonedMessage[],
  orders: OrderService,
  limits?: CallLimits,
): Promise<ReadonlySet<PoisonedMessage>> {
  const repeated = new Set<PoisonedMessage>()
  for (const message of messages) {
    if ('implausible' in message && (await orders.isRecorded(message.implausible, limits))) repeated.add(message)
  }
  return repeated
}
