import { laterOf } from '../clock'
import { IdempotencyKeyReusedError } from '../idempotency'
import type { Order, StatusChange } from './order'
import { assertTransition, type OrderStatus, type RecordedStatus } from './order-status'

/** A change of the status of an order. */
export interface Transition {
  readonly id: string
  readonly to: OrderStatus
  readonly at: Date
  readonly note?: string | undefined
  readonly idempotencyKey?: string | undefined
  /** The user id of the caller. Undefined in an open shop. */
  readonly actedBy?: string | undefined
  /** The order of another user is not found. */
  readonly onlyFor?: string | undefined
}

/** A transition in the history of an order. */
export interface RecordedTransition extends StatusChange {
  readonly status: RecordedStatus
}

/**
 * The order after a transition. Its time is never before that of the last change, although another machine may have
 * recorded that one.
 * @throws {IllegalTransitionError}
 */
export function transitioned(order: Order, { to, at }: Transition): Order {
  assertTransition(order.status, to)
  return { ...order, status: to, updatedAt: laterOf(order.updatedAt, at) }
}

/**
 * The order as it was after the first transition with this idempotency key. Only status and time of an order change.
 * @throws {IdempotencyKeyReusedError} unless both transitions have the same status and note
 */
export function repeated(order: Order, { to, note }: Transition, first: RecordedTransition): Order {
  if (first.status !== to || first.note !== note) throw new IdempotencyKeyReusedError()
  return { ...order, status: first.status, updatedAt: first.at }
}
