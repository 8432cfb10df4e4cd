import type { Page, ProductId } from '../products/product'
import type { OrderStatus, RecordedStatus } from './order-status'

export const CHANNELS = ['sync', 'kafka', 'rabbitmq'] as const
export type Channel = (typeof CHANNELS)[number]

/** Channels with a broker in between. */
export type AsyncChannel = Exclude<Channel, 'sync'>

export const MAX_LINES = 50
export const MAX_QUANTITY = 10_000

export type RejectionReason = 'insufficient-stock' | 'unknown-product'

/** What a buyer asks for: products and quantities, never prices. */
export interface OrderRequest {
  readonly userId: string
  /** 1 to `MAX_LINES`, each product once. */
  readonly lines: readonly RequestedLine[]
  /** Where the caller wrote each line, for problem reports. */
  readonly linePointers: readonly string[]
  /** The same key of the same user always means the same order. */
  readonly idempotencyKey?: string | undefined
}

export interface RequestedLine {
  readonly productId: ProductId
  readonly quantity: number
}

/** A request that got its id: from here on it must end as confirmed, rejected or dead-lettered. */
export interface AcceptedOrder {
  readonly id: string
  readonly userId: string
  readonly channel: Channel
  readonly lines: readonly RequestedLine[]
  /** Tells two requests under one idempotency key apart. */
  readonly fingerprint: string
  readonly acceptedAt: Date
  readonly consumedAt: Date
}

/** A line with name and price as they were when the order was placed. */
export interface OrderLine extends RequestedLine {
  readonly name: string
  readonly unitPriceCents: number
}

/** What an order asked for and could not have. */
export interface Shortage {
  readonly productId: ProductId
  readonly requested: number
  readonly available: number
}

/** An order as recorded. */
export interface Order {
  readonly id: string
  readonly userId: string
  readonly channel: Channel
  readonly status: RecordedStatus
  readonly reason?: RejectionReason | undefined
  /** Why a rejected order was rejected; an unknown product is one of which nothing is available. */
  readonly shortages?: readonly Shortage[] | undefined
  readonly lines: readonly OrderLine[]
  readonly totalCents: number
  readonly fingerprint: string
  readonly acceptedAt: Date
  readonly consumedAt: Date
  /** Written by the transaction that placed the order, just before it commits. */
  readonly committedAt: Date
  readonly updatedAt: Date
}

/** Accepted but not recorded yet: all we know is in its id. */
export interface PendingOrder {
  readonly id: string
  readonly status: 'pending'
  /** Unknown for an order under an idempotency key: its id holds a hash in place of the time. */
  readonly acceptedAt?: Date | undefined
}

export interface StatusChange {
  readonly status: OrderStatus
  readonly at: Date
  readonly note?: string | undefined
}

/** What the order itself tells of its history: how it was placed, whatever has become of it since. */
export function placementOf({ reason, committedAt }: Order): StatusChange {
  return { status: reason === undefined ? 'confirmed' : 'rejected', at: committedAt }
}

export interface OrderQuery {
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
