import {
  type AcceptedOrder,
  assertTransition,
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
  type StatusChange,
  stockChanged,
  type Transition,
} from '@ecommerce/domain'
import { decodeCursor, encodeCursor } from './cursor'
import type { Database } from './database'
import { KnownProducts } from './known-products'
import { countOrders, readOrderCounts } from './order-counts'
import { type LineRow, ORDER_COLUMNS, type OrderRow, toOrder } from './order-rows'
import { recordEvents, recordOrderEvents } from './outbox'
import type { Session, SqlValue, Statement } from './session'
import {
  type KnownProduct,
  lockingStatement,
  lockProducts,
  recordLedger,
  returnUnits,
  type StockRow,
  toLockedProducts,
} from './stock'
import { writePlacement } from './write-placement'

/** The step of an order's history that the order itself tells; a row of it is from an earlier version. */
const PLACEMENT = 1

interface Decided {
  readonly placement: Placement
  /** What it was decided on. */
  readonly products: ReadonlyMap<ProductId, KnownProduct>
  readonly at: Date
}

export class MysqlOrderStore implements OrderStore {
  readonly #known = new KnownProducts()

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async place(orders: readonly AcceptedOrder[]): Promise<readonly Outcome[]> {
    if (orders.length === 0) return []
    let isFirstTry = true
    return this.database.transaction(
      async (session) => {
        const expected = isFirstTry ? this.#expect(orders) : undefined
        isFirstTry = false
        const { placement, products, at } = expected ?? (await this.#decideUnderLocks(session, orders))
        writePlacement(session, placement, products, at)
        return placement.outcomes
      },
      { repeatable: true },
    )
  }

  /**
   * What becomes of new orders if their products are still as this process has last seen them. Only when all of them
   * would be confirmed: writing that proves it, and whatever else it may be is decided under locks.
   */
  #expect(orders: readonly AcceptedOrder[]): Decided | undefined {
    const products = this.#known.find(productIdsOf(orders))
    if (products === undefined) return undefined
    const at = this.clock()
    const placement = placeOrders({ orders, recorded: new Map(), products, at })
    if (placement.orders.some(({ status }) => status !== 'confirmed')) return undefined
    this.#known.sell(placement.sold)
    return { placement, products, at }
  }

  async #decideUnderLocks(session: Session, orders: readonly AcceptedOrder[]): Promise<Decided> {
    const productIds = productIdsOf(orders)
    // Under the locks: an order that another process is placing at this moment is recorded once we have them.
    const [stockRows, orderRows] = await session.rowsOfBoth<StockRow, OrderRow>(
      lockingStatement(productIds),
      selectOrders(orders.map(({ id }) => id)),
    )
    const recorded = new Map((await withLines(session, orderRows)).map((order) => [order.id, order]))
    const locked = [...toLockedProducts(stockRows).values()]
    const products = new Map(locked.filter(({ deleted }) => !deleted).map((product) => [product.id, product]))

    const at = this.clock()
    const placement = placeOrders({ orders, recorded, products, at })
    this.#known.see(productIds, products)
    this.#known.sell(placement.sold)
    return { placement, products, at }
  }

  find(id: string): Promise<Order | undefined> {
    return this.database.read(async (session) => (await findOrders(session, [id])).at(0))
  }

  async findMoves(id: string): Promise<readonly StatusChange[]> {
    if (!ASCII.test(id)) return []
    return this.database.read(async (session) => {
      const rows = await session.rows<{ status: StatusChange['status']; at: Date; note: string | null }>(
        'SELECT status, at, note FROM order_history WHERE order_id = ? AND step > ? ORDER BY step',
        [id, PLACEMENT],
      )
      return rows.map(({ status, at, note }) => ({ status, at, note: note ?? undefined }))
    })
  }

  async list(query: OrderQuery): Promise<OrderPage> {
    const { where, values } = toCondition(query)
    return this.database.read(async (session) => {
      const rows = await session.rows<OrderRow>(
        `SELECT ${ORDER_COLUMNS} FROM orders WHERE ${where} ORDER BY seq DESC LIMIT ?`,
        [...values, query.limit + 1],
      )
      const shown = rows.slice(0, query.limit)
      const last = rows.length > query.limit ? shown.at(-1) : undefined
      return { items: await withLines(session, shown), nextCursor: last && encodeCursor(query, [last.seq]) }
    })
  }

  count(): Promise<readonly OrderCount[]> {
    return this.database.read(readOrderCounts)
  }

  transition({ id, to, at, note }: Transition): Promise<Order> {
    return this.database.transaction(async (session) => {
      const [order] = await findOrders(session, [id], 'FOR UPDATE')
      if (!order) throw new NotFoundError('order', id)
      assertTransition(order.status, to)
      const moved = { ...order, status: to, updatedAt: at }

      session.later('UPDATE orders SET status = ?, updated_at = ? WHERE id = ?', [to, at, id])
      session.later(
        `INSERT INTO order_history (order_id, step, status, note, at)
         SELECT ?, COALESCE(MAX(step), ?) + 1, ?, ?, ? FROM order_history WHERE order_id = ?`,
        [id, PLACEMENT, to, note, at, id],
      )
      if (to === 'cancelled') await returnStock(session, moved)
      recordOrderEvents(session, [moved], at)
      countOrders(session, [
        { channel: order.channel, status: order.status, orders: -1 },
        { channel: order.channel, status: to, orders: 1 },
      ])
      return moved
    })
  }
}

function productIdsOf(orders: readonly AcceptedOrder[]): ReadonlySet<ProductId> {
  return new Set(orders.flatMap(({ lines }) => lines.map(({ productId }) => productId)))
}

/** Deleted products get their units back too: their ledger stays true. */
async function returnStock(session: Session, { id, lines, updatedAt: at }: Order): Promise<void> {
  const products = await lockProducts(
    session,
    lines.map(({ productId }) => productId),
  )
  returnUnits(session, new Map(lines.map(({ productId, quantity }) => [productId, quantity])))
  recordLedger(
    session,
    lines.map(({ productId, quantity }) => ({ productId, delta: quantity, reason: 'cancellation', orderId: id, at })),
  )
  recordEvents(
    session,
    lines.map(({ productId, quantity }) => {
      const before = products.get(productId)?.stock ?? 0
      return stockChanged(productId, before + quantity, quantity, at)
    }),
  )
}

/** MySQL can't compare an id of other characters with its column, and no order has one. */
const ASCII = /^[\x20-\x7e]+$/

async function findOrders(session: Session, ids: string[], lock: 'FOR UPDATE' | '' = ''): Promise<Order[]> {
  const possible = ids.filter((id) => ASCII.test(id))
  if (possible.length === 0) return []
  const { sql, values } = selectOrders(possible)
  return withLines(session, await session.rows<OrderRow>(`${sql} ${lock}`, values))
}

function selectOrders(ids: string[]): Statement {
  return { sql: `SELECT ${ORDER_COLUMNS} FROM orders WHERE id IN (?)`, values: [ids] }
}

async function withLines(session: Session, rows: readonly OrderRow[]): Promise<Order[]> {
  if (rows.length === 0) return []
  const lines = await session.rows<LineRow>(
    `SELECT order_id, product_id, name, unit_price_cents, quantity FROM order_lines
     WHERE order_id IN (?) ORDER BY order_id, line`,
    [rows.map(({ id }) => id)],
  )
  const linesOf = new Map<string, LineRow[]>(rows.map(({ id }) => [id, []]))
  for (const line of lines) linesOf.get(line.order_id)?.push(line)
  return rows.map((row) => toOrder(row, linesOf.get(row.id) ?? []))
}

function toCondition(query: OrderQuery): { where: string; values: SqlValue[] } {
  const filters: [condition: string, value: SqlValue][] = [
    ['user_id = ?', query.userId],
    ['status = ?', query.status],
    ['channel = ?', query.channel],
    ['seq < ?', query.cursor === undefined ? undefined : decodeCursor(query, query.cursor, ['count'])[0]],
  ]
  const given = filters.filter(([, value]) => value !== undefined)
  return {
    where: ['TRUE', ...given.map(([condition]) => condition)].join(' AND '),
    values: given.map(([, value]) => value),
  }
}
