import type { Page, ProductId } from '../products/product'
import type { OrderStatus, RecordedStatus } from './order-status'

export const CHANNELS = ['sync', 'kafka', 'rabbitmq'] as const
export type Channel = (typeof CHANNELS)[number]

/** The channels with a broker between acceptance and placement. */
export type AsyncChannel = Exclude<Channel, 'sync'>

export const MAX_LINES = 50
export const MAX_QUANTITY = 10_000

export type RejectionReason = 'insufficient-stock' | 'unknown-product'

/** The order as the buyer sends it: products and quantities, never prices. */
export interface OrderRequest {
  readonly userId: string
  /** 1 to `MAX_LINES` lines. Each product occurs once. */
  readonly lines: readonly RequestedLine[]
  /** The JSON pointer of each line in the request body, for problem details. */
  readonly linePointers: readonly string[]
  /** The same key of the same user always identifies the same order. */
  readonly idempotencyKey?: string | undefined
  /** The user id of the caller, who may be another person than the buyer. Undefined in an open shop. */
  readonly placedBy?: string | undefined
}

export interface RequestedLine {
  readonly productId: ProductId
  readonly quantity: number
}

/** A request that has got its id. If it is accepted, it must end as confirmed, rejected or dead-lettered. */
export interface AcceptedOrder {
  readonly id: string
  readonly userId: string
  readonly channel: Channel
  readonly lines: readonly RequestedLine[]
  /** A hash of the lines. It distinguishes two requests with the same idempotency key. */
  readonly fingerprint: string
  readonly acceptedAt: Date
  readonly consumedAt: Date
  /** The user id of the caller who placed the order. Undefined if it was placed in an open shop. */
  readonly placedBy?: string | undefined
}

/** A line with the name and the price of the product at the time of the placement. */
export interface OrderLine extends RequestedLine {
  readonly name: string
  readonly unitPriceCents: number
}

/** A line that requests more units than are available. */
export interface Shortage {
  readonly productId: ProductId
  readonly requested: number
  readonly available: number
}

/** A recorded order. */
export interface Order {
  readonly id: string
  readonly userId: string
  readonly channel: Channel
  readonly status: RecordedStatus
  readonly reason?: RejectionReason | undefined
  /** The shortages that led to the rejection. An unknown product has 0 units available. */
  readonly shortages?: readonly Shortage[] | undefined
  readonly lines: readonly OrderLine[]
  readonly totalCents: number
  readonly fingerprint: string
  readonly acceptedAt: Date
  readonly consumedAt: Date
  /** The time when the order was placed, just before the commit of the transaction. */
  readonly committedAt: Date
  readonly updatedAt: Date
  readonly placedBy?: string | undefined
}

/** An order that is accepted and not recorded yet. Only its id is known. */
export interface PendingOrder {
  readonly id: string
  readonly status: 'pending'
  /** Unknown for an order with an idempotency key, because its id contains a hash instead of the time. */
  readonly acceptedAt?: Date | undefined
}

export interface StatusChange {
  readonly status: OrderStatus
  readonly at: Date
  readonly note?: string | undefined
  /** The user id of the caller. Undefined if the change was made in an open shop. */
  readonly actedBy?: string | undefined
}

/** The first step of the history of an order: its placement, whatever its current status is. */
export function placementOf({ reason, committedAt }: Order): StatusChange {
  return { status: reason === undefined ? 'confirmed' : 'rejected', at: committedAt }
}

export interface OrderQuery {
  /** Only the orders of this user. */
  readonly userId?: string | undefined
  readonly status?: OrderStatus | undefined
  readonly channel?: Channel | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

export type OrderPage = Page<Order>

export function totalCents(lines: readonly OrderLine[]): number {
  return lines.reduce((total, { quantity, unitPriceCents }) => total + quantity * unitPriceCents, 0)
}
