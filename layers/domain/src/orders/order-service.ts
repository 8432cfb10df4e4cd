import type { CallLimits } from '../call-limits'
import { type Clock, earlierOf } from '../clock'
import { NotFoundError } from '../errors'
import { fingerprintOf, IdempotencyKeyReusedError } from '../idempotency'
import type { MessagePublisher } from '../message'
import type { TraceContext } from '../tracing/trace-context'
import { type Actor, ANY_ACTOR } from './actor'
import { confirmedOrder } from './confirmed-order'
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
import type { OrderIds } from './order-id'
import { orderPlaced } from './order-placed'
import { IllegalTransitionError, type OrderStatus } from './order-status'
import type { OrderStore } from './order-store'
import type { Outcome } from './place-orders'
import { PublishedKeys } from './published-keys'

export interface OrderServiceParts {
  readonly store: OrderStore
  readonly ids: OrderIds
  readonly clock: Clock
  /** Places one order, usually in one transaction with others: see `GroupCommit`. */
  readonly place: (order: AcceptedOrder, limits?: CallLimits) => Promise<Outcome>
  /** Places a consumed batch. Batches are placed one after another. */
  readonly placeBatch: (orders: readonly AcceptedOrder[], limits?: CallLimits) => Promise<readonly Outcome[]>
  /** Publish the accepted orders of each channel. */
  readonly publishers: Readonly<Record<AsyncChannel, MessagePublisher>>
}

/** A consumed message with its order. */
export interface ConsumedOrder {
  readonly order: Omit<AcceptedOrder, 'fingerprint' | 'consumedAt'>
}

export interface Timeline {
  readonly order: Order | PendingOrder
  readonly history: readonly StatusChange[]
}

export class OrderService {
  readonly #published = new PublishedKeys()

  constructor(private readonly parts: OrderServiceParts) {}

  /**
   * Places an order now: when this resolves, the order is committed.
   * @returns the order as it was placed; a repeated request gets the first result again
   * @throws {InsufficientStockError} @throws {UnknownProductError} @throws {IdempotencyKeyReusedError}
   * @throws {UnavailableError} @throws {OverloadedError} @throws {ExpiredError} @throws {OutcomeUnknownError}
   */
  async placeNow(request: OrderRequest, limits?: CallLimits): Promise<Order> {
    const outcome = await this.parts.place(this.#accept(request, 'sync'), limits)
    return confirmedOrder(outcome, request)
  }

  /**
   * Publishes an order to a broker: when this resolves, the order will be placed or dead-lettered.
   * @param trace the trace context that the message carries
   * @returns the pending order; for a repeated request, the order as it is now
   * @throws {IdempotencyKeyReusedError} when the first order with the key is recorded, or when this process has published
   *   it. Otherwise both orders are published, and the consumer places the one that it receives first.
   * @throws {UnavailableError} @throws {OverloadedError} @throws {ExpiredError} @throws {OutcomeUnknownError}
   */
  async placeLater(
    request: OrderRequest,
    channel: AsyncChannel,
    trace?: TraceContext,
    limits?: CallLimits,
  ): Promise<Order | PendingOrder> {
    const order = this.#accept(request, channel)
    if (request.idempotencyKey !== undefined) {
      const first = await this.parts.store.find(order.id, undefined, limits)
      if (first && first.fingerprint !== order.fingerprint) throw new IdempotencyKeyReusedError()
      if (first) return first
      this.#published.claim(order)
    }
    await this.parts.publishers[channel].publish(orderPlaced(order, trace), limits)
    return this.#pending(order.id)
  }

  /**
   * Places a consumed batch in one transaction.
   * @returns the messages whose idempotency key was already used for other lines
   * @throws {UnavailableError} when it is unknown whether the batch is recorded: it must be delivered again
   */
  async placeConsumed<Message extends ConsumedOrder>(
    messages: readonly Message[],
    limits?: CallLimits,
  ): Promise<Message[]> {
    if (messages.length === 0) return []
    const consumedAt = this.parts.clock()
    const outcomes = await this.parts.placeBatch(
      messages.map(({ order }) => ({ ...order, fingerprint: fingerprintOfLines(order.lines), consumedAt })),
      limits,
    )
    return messages.filter((_, index) => {
      const outcome = outcomes[index]
      return outcome?.kind === 'duplicate' && !outcome.sameRequest
    })
  }

  /** @throws {NotFoundError} for an id that was never issued, and for an order that the actor may not see */
  async get(id: string, actor = ANY_ACTOR, limits?: CallLimits): Promise<Order | PendingOrder> {
    const order = await this.parts.store.find(id, actor.onlyFor, limits)
    if (order) return order
    if (!this.#isGenuine(id, actor)) throw new NotFoundError('order', id)
    return this.#pending(id)
  }

  list(query: OrderQuery, limits?: CallLimits): Promise<OrderPage> {
    return this.parts.store.list(query, limits)
  }

  /** Whether this order is recorded, with the same lines. */
  async isRecorded({ order }: ConsumedOrder, limits?: CallLimits): Promise<boolean> {
    const recorded = await this.parts.store.find(order.id, undefined, limits)
    return recorded?.fingerprint === fingerprintOfLines(order.lines)
  }

  /** @throws {NotFoundError} */
  async getTimeline(id: string, actor = ANY_ACTOR, limits?: CallLimits): Promise<Timeline> {
    const order = await this.get(id, actor, limits)
    if (order.status === 'pending') return { order, history: [] }
    return { order, history: [placementOf(order), ...(await this.parts.store.findStatusChanges(id, limits))] }
  }

  /**
   * @returns the order with its new status; a repeated request gets the first result again
   * @throws {IllegalTransitionError} with the legal transitions @throws {NotFoundError}
   * @throws {IdempotencyKeyReusedError}
   */
  async changeStatus(
    id: string,
    to: OrderStatus,
    note?: string,
    idempotencyKey?: string,
    actor = ANY_ACTOR,
    limits?: CallLimits,
  ): Promise<Order> {
    const { status } = await this.get(id, actor, limits)
    if (status === 'pending') throw new IllegalTransitionError(status, to)
    const { userId: actedBy, onlyFor } = actor
    return this.parts.store.transition(
      { id, to, note, idempotencyKey, actedBy, onlyFor, at: this.parts.clock() },
      limits,
    )
  }

  #isGenuine(id: string, { userId, onlyFor }: Actor): boolean {
    const { ids } = this.parts
    const isStaff = userId !== undefined && onlyFor === undefined
    return isStaff ? ids.isGenuineForAnyOwner(id) : ids.isGenuine(id, onlyFor)
  }

  /** The id may be minted on a machine whose clock is ahead. No order is accepted in the future. */
  #pending(id: string): PendingOrder {
    const mintedAt = this.parts.ids.mintedAt(id)
    return { id, status: 'pending', acceptedAt: mintedAt && earlierOf(mintedAt, this.parts.clock()) }
  }

  #accept({ userId, lines, idempotencyKey, placedBy }: OrderRequest, channel: Channel): AcceptedOrder {
    const { ids, clock } = this.parts
    const acceptedAt = clock()
    const id =
      idempotencyKey === undefined
        ? ids.mint(placedBy === undefined ? undefined : userId)
        : ids.forKey(userId, idempotencyKey, placedBy)
    const fingerprint = fingerprintOfLines(lines)
    return { id, userId, channel, lines, fingerprint, acceptedAt, consumedAt: acceptedAt, placedBy }
  }
}

/** The user is left out, because the id depends on the user already. */
function fingerprintOfLines(lines: OrderRequest['lines']): string {
  return fingerprintOf(lines.map(({ productId, quantity }) => [productId, quantity]))
}
