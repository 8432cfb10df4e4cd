import type { CallLimits } from '../call-limits'
import type { AcceptedOrder, Order, OrderPage, OrderQuery, StatusChange } from './order'
import type { RecordedStatus } from './order-status'
import type { Outcome } from './place-orders'
import type { Transition } from './transition'

export interface OrderCount extends Pick<Order, 'channel'> {
  readonly status: RecordedStatus
  readonly orders: number
}

/**
 * Stores orders and their history. Every method throws `UnavailableError` when the store is unavailable, and gives up soon
 * after the deadline of its caller.
 */
export interface OrderStore {
  /**
   * Places a batch in one transaction, by the rules of `placeOrders`. After `UnavailableError` the batch may or may not
   * be recorded. It is safe to repeat: a recorded order is returned as a duplicate of itself.
   * @returns one outcome per order, in the same order
   */
  place(orders: readonly AcceptedOrder[], limits?: CallLimits): Promise<readonly Outcome[]>
  /** @param onlyFor the order of another user is not found */
  find(id: string, onlyFor?: string, limits?: CallLimits): Promise<Order | undefined>
  /** The status changes after the placement, oldest first. */
  findStatusChanges(id: string, limits?: CallLimits): Promise<readonly StatusChange[]>
  /** Newest first. @throws {InvalidInputError} for a cursor of another query */
  list(query: OrderQuery, limits?: CallLimits): Promise<OrderPage>
  /** The numbers of recorded orders by channel and status. Cheap at any number of orders. Zeros may be left out. */
  count(options?: CallLimits): Promise<readonly OrderCount[]>
  /**
   * Changes the status of an order, if the transition is legal. A cancellation returns its units in the same
   * transaction. With an idempotency key, it happens once for the order and the key. A repetition with the same status
   * and note returns the order as it was after the first one. Each caller has its own keys.
   * @throws {IllegalTransitionError} @throws {NotFoundError} when the order is not recorded, or is not one of `onlyFor`
   * @throws {IdempotencyKeyReusedError} when the key was used for another transition of the order
   */
  transition(transition: Transition, limits?: CallLimits): Promise<Order>
}
