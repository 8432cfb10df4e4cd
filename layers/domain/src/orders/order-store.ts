import type { AcceptedOrder, Order, OrderPage, OrderQuery, StatusChange } from './order'
import type { OrderStatus, RecordedStatus } from './order-status'
import type { Outcome } from './place-orders'

export interface Transition {
  readonly id: string
  readonly to: OrderStatus
  readonly at: Date
  readonly note?: string | undefined
}

export interface OrderCount extends Pick<Order, 'channel'> {
  readonly status: RecordedStatus
  readonly orders: number
}

/** Keeps orders with their history. Every method throws `UnavailableError` when the store can't be reached. */
export interface OrderStore {
  /**
   * Places a batch in one transaction, by the rules of `placeOrders`. Safe to repeat: an order that is recorded
   * comes back as a duplicate of itself. After `UnavailableError` the batch may or may not be recorded.
   * @returns one outcome per order, in the same order
   */
  place(orders: readonly AcceptedOrder[]): Promise<readonly Outcome[]>
  find(id: string): Promise<Order | undefined>
  /** How it was moved after it was placed, oldest first. */
  findMoves(id: string): Promise<readonly StatusChange[]>
  /** Newest first. @throws {InvalidInputError} for a cursor that is not of this query */
  list(query: OrderQuery): Promise<OrderPage>
  /** How many orders are recorded, by channel and status; cheap however many they are. None may be told as absent. */
  count(): Promise<readonly OrderCount[]>
  /**
   * Moves an order along the transition table; a cancellation returns its stock in the same transaction.
   * @throws {IllegalTransitionError} @throws {NotFoundError} when it is not recorded
   */
  transition(transition: Transition): Promise<Order>
}
