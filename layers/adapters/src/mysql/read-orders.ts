import type { Order, OrderPage, OrderQuery } from '@ecommerce/domain'
import { type Condition, toCondition } from './condition'
import { type LineRow, ORDER_COLUMNS, type OrderRow, toOrder } from './order-rows'
import { seqBefore, toSeqPage } from './seq-page'
import type { Session, Statement } from './session'

/** Order ids are ASCII. MySQL fails to compare other characters with their column. */
const ASCII = /^[\x20-\x7e]+$/

export function isPossibleId(id: string): boolean {
  return ASCII.test(id)
}

/** The condition for a page of orders. @throws {InvalidInputError} for a cursor of another query */
export function conditionOf(query: OrderQuery): Condition {
  return toCondition([
    ['user_id = ?', query.userId],
    ['status = ?', query.status],
    ['channel = ?', query.channel],
    ['seq < ?', seqBefore(query)],
  ])
}

export async function listOrders(session: Session, query: OrderQuery, condition: Condition): Promise<OrderPage> {
  const rows = await session.rows<OrderRow>(
    `SELECT ${ORDER_COLUMNS} FROM orders WHERE ${condition.where} ORDER BY seq DESC LIMIT ?`,
    [...condition.values, query.limit + 1],
  )
  const { shown, nextCursor } = toSeqPage(rows, query, ({ seq }) => seq)
  return { items: await withLines(session, shown), nextCursor }
}

/** @param onlyFor the order of another user is not found */
export async function findOrder(
  session: Session,
  id: string,
  onlyFor?: string,
  lock: 'FOR UPDATE' | '' = '',
): Promise<Order | undefined> {
  if (!isPossibleId(id)) return undefined
  const { where, values } = toCondition([
    ['id = ?', id],
    ['user_id = ?', onlyFor],
  ])
  const rows = await session.rows<OrderRow>(`SELECT ${ORDER_COLUMNS} FROM orders WHERE ${where} ${lock}`, values)
  const orders = await withLines(session, rows)
  return orders.at(0)
}

export function selectOrders(ids: string[]): Statement {
  return { sql: `SELECT ${ORDER_COLUMNS} FROM orders WHERE id IN (?)`, values: [ids] }
}

/** Reads the lines of these orders. */
export async function withLines(session: Session, rows: readonly OrderRow[]): Promise<Order[]> {
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
