import { hash } from 'node:crypto'
import type { Clock } from '../clock'
import { NotFoundError } from '../errors'
import type { MessagePublisher } from '../message'
import type { TraceContext } from '../tracing/trace-context'
import {
  type AcceptedOrder,
  type AsyncChannel,
  type Channel,
  type Order,
  type OrderPage,
  type OrderQuery,
  type OrderRequest,
  type PendingOrder,
  placementOf,
  type StatusChange,
} from './order'
import { IdempotencyKeyReusedError, InsufficientStockError, UnknownProductError } from './order-errors'
import type { OrderIds } from './order-id'
import { orderPlaced } from './order-placed'
import { IllegalTransitionError, type OrderStatus } from './order-status'
import type { OrderStore } from './order-store'
import type { Outcome } from './place-orders'

export interface OrderServiceParts {
  readonly store: OrderStore
  readonly ids: OrderIds
  readonly clock: Clock
  /** Places one order, usually in company: see `GroupCommit`. */
  readonly place: (order: AcceptedOrder) => Promise<Outcome>
  /** Places a consumed batch, when its turn comes. */
  readonly placeBatch: (orders: readonly AcceptedOrder[]) => Promise<readonly Outcome[]>
  /** Where the orders of a channel wait for placement. */
  readonly publishers: Readonly<Record<AsyncChannel, MessagePublisher>>
}

/** An order as a message tells of it. */
export interface ConsumedOrder {
  readonly order: Omit<AcceptedOrder, 'fingerprint' | 'consumedAt'>
}

export interface Timeline {
  readonly order: Order | PendingOrder
  readonly history: readonly StatusChange[]
}

export class OrderService {
  constructor(private readonly parts: OrderServiceParts) {}

  /**
   * Places an order now: when this returns, it is committed.
   * @returns the order as it was placed; a repeated request gets the first answer again
   * @throws {InsufficientStockError} @throws {UnknownProductError} @throws {IdempotencyKeyReusedError}
   * @throws {UnavailableError} @throws {OverloadedError}
   */
  async placeNow(request: OrderRequest): Promise<Order> {
    const outcome = await this.parts.place(this.#accept(request, 'sync'))
    return asPlaced(outcome, request)
  }

  /**
   * Leaves an order with a broker: when this returns, it will be placed or dead-lettered.
   * @throws {IdempotencyKeyReusedError} as far as the first order is recorded; while it is in a broker, the consumer
   *   lets the first win
   * @param trace goes with the order, as it is
   * @throws {UnavailableError} @throws {OverloadedError}
   */
  async placeLater(request: OrderRequest, channel: AsyncChannel, trace?: TraceContext): Promise<PendingOrder> {
    const order = this.#accept(request, channel)
    const first = request.idempotencyKey === undefined ? undefined : await this.parts.store.find(order.id)
    if (first && first.fingerprint !== order.fingerprint) throw new IdempotencyKeyReusedError()
    if (!first) await this.parts.publishers[channel].publish(orderPlaced(order, trace))
    return { id: order.id, status: 'pending', acceptedAt: this.parts.ids.mintedAt(order.id) }
  }

  /**
   * Places what consumers took from a broker, in one transaction.
   * @returns the messages of orders whose idempotency key was used before, by another request
   * @throws {UnavailableError} nothing, or everything, may be recorded: the batch must come again
   */
  async placeConsumed<Message extends ConsumedOrder>(messages: readonly Message[]): Promise<Message[]> {
    if (messages.length === 0) return []
    const consumedAt = this.parts.clock()
    const outcomes = await this.parts.placeBatch(
      messages.map(({ order }) => ({ ...order, fingerprint: fingerprintOf(order.lines), consumedAt })),
    )
    return messages.filter((_, index) => {
      const outcome = outcomes[index]
      return outcome?.kind === 'duplicate' && !outcome.sameRequest
    })
  }

  /** @throws {NotFoundError} for an id that was never given out */
  async get(id: string): Promise<Order | PendingOrder> {
    const order = await this.parts.store.find(id)
    if (order) return order
    if (!this.parts.ids.isGenuine(id)) throw new NotFoundError('order', id)
    return { id, status: 'pending', acceptedAt: this.parts.ids.mintedAt(id) }
  }

  list(query: OrderQuery): Promise<OrderPage> {
    return this.parts.store.list(query)
  }

  /** @throws {NotFoundError} */
  async getTimeline(id: string): Promise<Timeline> {
    const order = await this.get(id)
    if (order.status === 'pending') return { order, history: [] }
    return { order, history: [placementOf(order), ...(await this.parts.store.findMoves(id))] }
  }

  /** @throws {IllegalTransitionError} naming the legal moves @throws {NotFoundError} */
  async changeStatus(id: string, to: OrderStatus, note?: string): Promise<Order> {
    const { status } = await this.get(id)
    if (status === 'pending') throw new IllegalTransitionError(status, to)
    return this.parts.store.transition({ id, to, note, at: this.parts.clock() })
  }

  #accept({ userId, lines, idempotencyKey }: OrderRequest, channel: Channel): AcceptedOrder {
    const { ids, clock } = this.parts
    const acceptedAt = clock()
    const id = idempotencyKey === undefined ? ids.mint() : ids.forKey(userId, idempotencyKey)
    return { id, userId, channel, lines, fingerprint: fingerprintOf(lines), acceptedAt, consumedAt: acceptedAt }
  }
}

/** The user is part of the id already. */
function fingerprintOf(lines: OrderRequest['lines']): string {
  const canonical = lines.map(({ productId, quantity }) => [productId, quantity])
  return hash('sha256', JSON.stringify(canonical), 'hex').slice(0, 32)
}

function asPlaced(outcome: Outcome, request: OrderRequest): Order {
  switch (outcome.kind) {
    case 'confirmed':
      return outcome.order
    case 'rejected':
      throw new InsufficientStockError(request, outcome.order)
    case 'unknown-product':
      throw new UnknownProductError(request, outcome.productIds)
    case 'duplicate':
      if (!outcome.sameRequest) throw new IdempotencyKeyReusedError()
      return firstAnswer(outcome.first, request)
  }
}

/** What the first request was answered, whatever has become of the order since. */
function firstAnswer(first: Order, request: OrderRequest): Order {
  const productIds = first.shortages?.map(({ productId }) => productId) ?? []
  if (first.reason === 'unknown-product') throw new UnknownProductError(request, productIds)
  if (first.reason === 'insufficient-stock') throw new InsufficientStockError(request, first)
  return { ...first, status: 'confirmed', updatedAt: first.committedAt }
}
