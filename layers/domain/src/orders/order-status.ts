import { AppError } from '../errors'

/** The statuses of recorded orders. A pending order is not recorded yet: it is in a broker. */
export const RECORDED_STATUSES = ['confirmed', 'rejected', 'shipped', 'delivered', 'cancelled'] as const
export type RecordedStatus = (typeof RECORDED_STATUSES)[number]

export const ORDER_STATUSES = ['pending', ...RECORDED_STATUSES] as const
export type OrderStatus = (typeof ORDER_STATUSES)[number]

/** All legal transitions. Only placement changes `pending`; a request cannot. */
export const TRANSITIONS: Readonly<Record<OrderStatus, readonly RecordedStatus[]>> = {
  pending: ['confirmed', 'rejected'],
  confirmed: ['shipped', 'cancelled'],
  shipped: ['delivered'],
  delivered: [],
  cancelled: [],
  rejected: [],
}

/** Whether a transition to this status returns the units of the order to stock, in the same transaction. */
export function returnsStock(to: RecordedStatus): boolean {
  return to === 'cancelled'
}

export class IllegalTransitionError extends AppError {
  readonly code = 'illegal-transition'
  readonly legal: readonly RecordedStatus[]

  constructor(
    readonly from: OrderStatus,
    readonly to: OrderStatus,
  ) {
    const legal = from === 'pending' ? [] : TRANSITIONS[from]
    super(`An order that is ${from} cannot become ${to}. ${adviceFor(from, legal)}`)
    this.legal = legal
  }
}

function adviceFor(from: OrderStatus, legal: readonly RecordedStatus[]): string {
  if (from === 'pending') {
    return 'It is accepted, but not placed yet: try again when GET /orders/{id} shows it as confirmed.'
  }
  return legal.length > 0 ? `It can become: ${legal.join(', ')}.` : 'Its status cannot change.'
}

/** @throws {IllegalTransitionError} with the legal transitions */
export function assertTransition(from: RecordedStatus, to: OrderStatus): asserts to is RecordedStatus {
  const legal: readonly OrderStatus[] = TRANSITIONS[from]
  if (!legal.includes(to)) throw new IllegalTransitionError(from, to)
}
