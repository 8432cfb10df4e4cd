import type { Page, Product, ProductQuery, ProductSort } from '@ecommerce/domain'
import type { Condition } from './condition'
import { decodeCursor, encodeCursor, type PositionPart } from './cursor'
import { type ProductRow, toProduct } from './product-rows'

/** The order of a list. The id decides between equal values. */
export interface ProductOrder {
  /** What the list is sorted by: an SQL expression. */
  readonly by: string
  /** The id of the product, from the table that has the index on `by`. */
  readonly id: string
  readonly direction: 'ASC' | 'DESC'
  readonly part: PositionPart
}

/** A place in the order: a value of `by`, and an id. */
export type Position = readonly [value: string | number, id: number]

/** A product with the value that the list is sorted by. */
export type SortedRow = ProductRow & { readonly sorted_by: string | number }

export const COLUMN_ORDERS: Record<Exclude<ProductSort, 'relevance'>, ProductOrder> = {
  id: { by: 'p.id', id: 'p.id', direction: 'ASC', part: 'count' },
  '-id': { by: 'p.id', id: 'p.id', direction: 'DESC', part: 'count' },
  name: { by: 'p.name', id: 'p.id', direction: 'ASC', part: 'text' },
  '-name': { by: 'p.name', id: 'p.id', direction: 'DESC', part: 'text' },
  price: { by: 'p.price_cents', id: 'p.id', direction: 'ASC', part: 'count' },
  '-price': { by: 'p.price_cents', id: 'p.id', direction: 'DESC', part: 'count' },
}

/** The position after which the page begins. @throws {InvalidInputError} for the cursor of another query */
export function startOf(query: ProductQuery, { part }: ProductOrder): Position | undefined {
  if (query.cursor === undefined) return undefined
  const [value = 0, id] = decodeCursor(query, query.cursor, [part, 'count'])
  return [value, Number(id)]
}

/** The rows after a position. An index on the value and the id finds them. */
export function after({ by, id, direction }: ProductOrder, position: Position | undefined): Condition {
  if (position === undefined) return { where: 'TRUE', values: [] }
  const [value, lastId] = position
  const beyond = direction === 'ASC' ? '>' : '<'
  return { where: `(${by} ${beyond} ? OR (${by} = ? AND ${id} ${beyond} ?))`, values: [value, value, lastId] }
}

/** The rows before a position, and the row at it. */
export function upTo({ by, id, direction }: ProductOrder, position: Position | undefined): Condition {
  if (position === undefined) return { where: 'TRUE', values: [] }
  const [value, lastId] = position
  const before = direction === 'ASC' ? '<' : '>'
  return { where: `(${by} ${before} ? OR (${by} = ? AND ${id} ${before}= ?))`, values: [value, value, lastId] }
}

export function inOrder({ by, id, direction }: ProductOrder): string {
  return `${by} ${direction}, ${id} ${direction}`
}

/**
 * @param rows one more than the page shows, unless the list ends
 * @param end where the search for rows ended before it had found enough
 */
export function toPage(query: ProductQuery, rows: readonly SortedRow[], end?: Position): Page<Product> {
  const shown = rows.slice(0, query.limit)
  const last = shown.at(-1)
  const more: Position | undefined = last && rows.length > query.limit ? [last.sorted_by, last.id] : end
  return { items: shown.map(toProduct), nextCursor: more && encodeCursor(query, more) }
}
