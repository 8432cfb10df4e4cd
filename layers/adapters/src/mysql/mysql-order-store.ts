import {
  type AcceptedOrder,
  type CallLimits,
  type Clock,
  NotFoundError,
  type Order,
  type OrderCount,
  type OrderPage,
  type OrderQuery,
  type OrderStore,
  type Outcome,
  type Placement,
  type ProductId,
  placeOrders,
  type RecordedStatus,
  type RecordedTransition,
  repeated,
  returnsStock,
  type StatusChange,
  type Transition,
  transitioned,
} from '@ecommerce/domain'
import type { Database } from './database'
import { KnownProducts } from './known-products'
import { countOrders, readOrderCounts } from './order-counts'
import type { OrderRow } from './order-rows'
import { recordOrderEvents } from './outbox'
import { conditionOf, findOrder, isPossibleId, listOrders, selectOrders, withLines } from './read-orders'
import { returnStock } from './return-stock'
import type { Session } from './session'
import { type KnownProduct, lockingStatement, type StockRow, toLockedProducts } from './stock'
import { writePlacement } from './write-placement'

/** The first step of an order's history. It is read from the order itself; only earlier versions wrote a row for it. */
const PLACEMENT_STEP = 1

interface HistoryRow {
  status: RecordedStatus
  at: Date
  note: string | null
  acted_by: string | null
}

interface Decision {
  readonly placement: Placement
  /** The products in the state on which the placement is decided. */
  readonly products: ReadonlyMap<ProductId, KnownProduct>
  readonly at: Date
}

export class MysqlOrderStore implements OrderStore {
  readonly #known = new KnownProducts()

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async place(orders: readonly AcceptedOrder[], options?: CallLimits): Promise<readonly Outcome[]> {
    if (orders.length === 0) return []
    let isFirstTry = true
    return this.database.transaction(
      async (session) => {
        const cached = isFirstTry ? this.#decideFromCache(orders) : undefined
        isFirstTry = false
        const { placement, products, at } = cached ?? (await this.#decideUnderLocks(session, orders))
        writePlacement(session, placement, products, at)
        return placement.outcomes
      },
      { ...options, repeatable: true },
    )
  }

  /**
   * Decides the orders with the products as this process last saw them. Returns undefined unless all orders would be
   * confirmed: writing them fails if a product has changed, or an id is recorded already. Then the retry decides under
   * locks.
   */
  #decideFromCache(orders: readonly AcceptedOrder[]): Decision | undefined {
    const products = this.#known.find(productIdsOf(orders))
    if (products === undefined) return undefined
    const at = this.clock()
    const placement = placeOrders({ orders, recorded: new Map(), products, at })
    if (placement.orders.some(({ status }) => status !== 'confirmed')) return undefined
    this.#known.sell(placement.sold)
    return { placement, products, at }
  }

  async #decideUnderLocks(session: Session, orders: readonly AcceptedOrder[]): Promise<Decision> {
    const productIds = productIdsOf(orders)
    // The locks come first: then an order that another process is placing right now is recorded and found.
    const [stockRows, orderRows] = await session.rowsOfBoth<StockRow, OrderRow>(
      lockingStatement(productIds),
      selectOrders(orders.map(({ id }) => id)),
    )
    const recorded = new Map((await withLines(session, orderRows)).map((order) => [order.id, order]))
    const locked = [...toLockedProducts(stockRows).values()]
    const products = new Map(locked.filter(({ deleted }) => !deleted).map((product) => [product.id, product]))

    const at = this.clock()
    const placement = placeOrders({ orders, recorded, products, at })
    this.#known.update(productIds, products)
    this.#known.sell(placement.sold)
    return { placement, products, at }
  }

  find(id: string, onlyFor?: string, options?: CallLimits): Promise<Order | undefined> {
    return this.database.read((session) => findOrder(session, id, onlyFor), options)
  }

  async findStatusChanges(id: string, options?: CallLimits): Promise<readonly StatusChange[]> {
    if (!isPossibleId(id)) return []
    return this.database.read(async (session) => {
      const rows = await session.rows<HistoryRow>(
        'SELECT status, at, note, acted_by FROM order_history WHERE order_id = ? AND step > ? ORDER BY step',
        [id, PLACEMENT_STEP],
      )
      return rows.map(({ status, at, note, acted_by }) => ({
        status,
        at,
        note: note ?? undefined,
        actedBy: acted_by ?? undefined,
      }))
    }, options)
  }

  async list(query: OrderQuery, options?: CallLimits): Promise<OrderPage> {
    const condition = conditionOf(query)
    return this.database.read((session) => listOrders(session, query, condition), options)
  }

  count(options?: CallLimits): Promise<readonly OrderCount[]> {
    return this.database.read(readOrderCounts, options)
  }

  transition(transition: Transition, options?: CallLimits): Promise<Order> {
    const { id, note, idempotencyKey, actedBy, onlyFor } = transition
    return this.database.transaction(
      async (session) => {
        const order = await findOrder(session, id, onlyFor, 'FOR UPDATE')
        if (!order) throw new NotFoundError('order', id)
        const first =
          idempotencyKey === undefined ? undefined : await findTransition(session, transition, idempotencyKey)
        if (first) return repeated(order, transition, first)
        const moved = transitioned(order, transition)
        const { status, updatedAt: at } = moved

        session.later('UPDATE orders SET status = ?, updated_at = ? WHERE id = ?', [status, at, id])
        session.later(
          `INSERT INTO order_history (order_id, step, status, note, at, idempotency_key, acted_by)
           SELECT ?, COALESCE(MAX(step), ?) + 1, ?, ?, ?, ?, ? FROM order_history WHERE order_id = ?`,
          [id, PLACEMENT_STEP, status, note, at, idempotencyKey, actedBy, id],
        )
        if (returnsStock(status)) await returnStock(session, moved)
        recordOrderEvents(session, [moved], at)
        countOrders(session, [
          { channel: order.channel, status: order.status, orders: -1 },
          { channel: order.channel, status, orders: 1 },
        ])
        return moved
      },
      { ...options, repeatable: idempotencyKey !== undefined },
    )
  }
}

/** Each caller has its own keys. In an open shop, all callers are one. */
async function findTransition(
  session: Session,
  { id, actedBy }: Transition,
  key: string,
): Promise<RecordedTransition | undefined> {
  const [row] = await session.rows<HistoryRow>(
    'SELECT status, at, note, acted_by FROM order_history WHERE order_id = ? AND idempotency_key = ? AND acted_by <=> ?',
    [id, key, actedBy],
  )
  return row && { status: row.status, at: row.at, note: row.note ?? undefined }
}

function productIdsOf(orders: readonly AcceptedOrder[]): ReadonlySet<ProductId> {
  return new Set(orders.flatMap(({ lines }) => lines.map(({ productId }) => productId)))
}
