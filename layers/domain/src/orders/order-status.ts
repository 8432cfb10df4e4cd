import { AppError } from '../errors'

/** Pending orders are in a broker: what is recorded has been decided. */
export const RECORDED_STATUSES = ['confirmed', 'rejected', 'shipped', 'delivered', 'cancelled'] as const
export type RecordedStatus = (typeof RECORDED_STATUSES)[number]

export const ORDER_STATUSES = ['pending', ...RECORDED_STATUSES] as const
export type OrderStatus = (typeof ORDER_STATUSES)[number]

/** The one table of legal moves. `pending` is left by placement only, never by request. */
export const TRANSITIONS: Readonly<Record<OrderStatus, readonly RecordedStatus[]>> = {
  pending: ['confirmed', 'rejected'],
  confirmed: ['shipped', 'cancelled'],
  shipped: ['delivered'],
  delivered: [],
  cancelled: [],
  rejected: [],
}

export class IllegalTransitionError extends AppError {
  readonly code = 'illegal-transition'
  readonly legal: readonly RecordedStatus[]

  constructor(
    readonly from: OrderStatus,
    readonly to: OrderStatus,
  ) {
    const legal = from === 'pending' ? [] : TRANSITIONS[from]
    const offer = legal.length > 0 ? `Legal from here: ${legal.join(', ')}.` : 'No move is legal from here.'
    super(`An order that is ${from} cannot become ${to}. ${offer}`)
    this.legal = legal
  }
}

/** @throws {IllegalTransitionError} naming the legal moves */
export function assertTransition(from: RecordedStatus, to: OrderStatus): asserts to is RecordedStatus {
  const legal: readonly OrderStatus[] = TRANSITIONS[from]
  if (!legal.includes(to)) throw new IllegalTransitionError(from, to)
}
