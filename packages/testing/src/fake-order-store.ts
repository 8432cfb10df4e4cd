import {
  type AcceptedOrder,
  type Clock,
  NotFoundError,
  type Order,
  type OrderCount,
  type OrderPage,
  type OrderQuery,
  type OrderStore,
  type Outcome,
  orderEvent,
  placeOrders,
  repeated,
  returnsStock,
  type StatusChange,
  type Transition,
  transitioned,
} from '@ecommerce/domain'
import { NEWEST_FIRST, pageOf } from './fake-page'
import type { FakeTables } from './fake-tables'

/** An order store in memory. It sells the products of the same tables. */
export class FakeOrderStore implements OrderStore {
  constructor(
    private readonly tables: FakeTables,
    private readonly clock: Clock,
  ) {}

  async place(orders: readonly AcceptedOrder[]): Promise<readonly Outcome[]> {
    const at = this.clock()
    const live = [...this.tables.products.values()].filter(({ deleted }) => !deleted).map(({ product }) => product)
    const products = new Map(live.map((product) => [product.id, product]))
    const placement = placeOrders({ orders, recorded: this.tables.orders, products, at })
    for (const order of placement.orders) this.#record(order)
    for (const [productId, units] of placement.sold) {
      this.tables.moveStock(productId, { delta: -units, sold: units, at })
    }
    return placement.outcomes
  }

  async find(id: string, onlyFor?: string): Promise<Order | undefined> {
    return this.#find(id, onlyFor)
  }

  async findStatusChanges(id: string): Promise<readonly StatusChange[]> {
    return (this.tables.statusChanges.get(id) ?? []).map(({ idempotencyKey: _, ...change }) => change)
  }

  async list(query: OrderQuery): Promise<OrderPage> {
    const { userId, status, channel } = query
    const newestFirst = [...this.tables.orders.values()].map((order, seq) => ({ order, seq })).reverse()
    const found = newestFirst.filter(
      ({ order }) =>
        (userId === undefined || order.userId === userId) &&
        (status === undefined || order.status === status) &&
        (channel === undefined || order.channel === channel),
    )
    const { items, nextCursor } = pageOf(found, query, ...NEWEST_FIRST)
    return { items: items.map(({ order }) => order), nextCursor }
  }

  async count(): Promise<readonly OrderCount[]> {
    return [...this.tables.orders.values()].map(({ channel, status }) => ({ channel, status, orders: 1 }))
  }

  async transition(transition: Transition): Promise<Order> {
    const { id, note, idempotencyKey, actedBy, onlyFor } = transition
    const order = this.#find(id, onlyFor)
    if (!order) throw new NotFoundError('order', id)
    const changes = this.tables.statusChanges.get(id) ?? []
    const first = changes.find(
      (change) =>
        idempotencyKey !== undefined && change.idempotencyKey === idempotencyKey && change.actedBy === actedBy,
    )
    if (first) return repeated(order, transition, first)
    const moved = transitioned(order, transition)
    const at = moved.updatedAt
    this.tables.orders.set(id, moved)
    changes.push({ status: moved.status, at, note, idempotencyKey, actedBy })
    if (returnsStock(moved.status)) this.#returnStock(moved)
    this.tables.events.push(orderEvent(moved))
    return moved
  }

  #find(id: string, onlyFor: string | undefined): Order | undefined {
    const order = this.tables.orders.get(id)
    return onlyFor === undefined || order?.userId === onlyFor ? order : undefined
  }

  #record(order: Order): void {
    const { id, status, lines, committedAt: at } = order
    this.tables.orders.set(id, order)
    this.tables.statusChanges.set(id, [])
    this.tables.events.push(orderEvent(order))
    if (status !== 'confirmed') return
    for (const { productId, quantity } of lines) {
      this.tables.ledger.push({ productId, delta: -quantity, reason: 'order', orderId: id, at })
    }
  }

  #returnStock({ id, lines, updatedAt: at }: Order): void {
    for (const { productId, quantity } of lines) {
      this.tables.ledger.push({ productId, delta: quantity, reason: 'cancellation', orderId: id, at })
      this.tables.moveStock(productId, { delta: quantity, sold: -quantity, at })
    }
  }
}
