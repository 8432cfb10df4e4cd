import { hash } from 'node:crypto'
import type { Clock } from '../clock'
import { NotFoundError } from '../errors'
import type {
  AcceptedOrder,
  Channel,
  Order,
  OrderPage,
  OrderQuery,
  OrderRequest,
  PendingOrder,
  StatusChange,
} from './order'
import { IdempotencyKeyReusedError, InsufficientStockError, UnknownProductError } from './order-errors'
import type { OrderIds } from './order-id'
import { IllegalTransitionError, type OrderStatus } from './order-status'
import type { OrderStore } from './order-store'
import type { Outcome } from './place-orders'

export interface OrderServiceParts {
  readonly store: OrderStore
  readonly ids: OrderIds
  readonly clock: Clock
  /** Places one order, usually in company: see `GroupCommit`. */
  readonly place: (order: AcceptedOrder) => Promise<Outcome>
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
    return { order, history: order.status === 'pending' ? [] : await this.parts.store.findHistory(id) }
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
