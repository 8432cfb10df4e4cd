import type { Page, Product, ProductQuery, ProductSort } from '@ecommerce/domain'
import { all, type Condition } from './condition'
import { filtersOf } from './product-filters'
import {
  after,
  COLUMN_ORDERS,
  inOrder,
  type Position,
  type ProductOrder,
  type SortedRow,
  startOf,
  toPage,
  upTo,
} from './product-order'
import { PRODUCT_COLUMNS } from './product-rows'
import type { Session } from './session'
import { beginsWith, firstRowOf, hasWord, RELEVANCE } from './word-conditions'

/** Rows of the index that are read for one page: first a few, then, if the page is not full, the rest. */
const WINDOWS = [500, 6_000]

const INDEX_OF: Record<Exclude<ProductSort, 'relevance'>, string> = {
  id: 'PRIMARY',
  '-id': 'PRIMARY',
  name: 'by_name',
  '-name': 'by_name',
  price: 'by_price',
  '-price': 'by_price',
}

/** An index in the order of the list. */
interface Walk {
  readonly order: ProductOrder
  readonly index: string
  /** Adds the products to the index. */
  readonly join: string
  /** The part of the index to read. */
  readonly part: Condition
  readonly matching: Condition
}

/**
 * The page of a search for words that many products have: reads an index in the order of the list, and stops when the
 * page is full or the windows are read. Then the page is shorter than its limit, and its cursor continues the walk.
 */
export async function walkProducts(
  session: Session,
  query: ProductQuery,
  words: readonly string[],
  windows: readonly number[] = WINDOWS,
): Promise<Page<Product>> {
  const walk = toWalk(query, words)
  const found: SortedRow[] = []
  let position = startOf(query, walk.order)
  for (const size of windows) {
    const end = await endOfWindow(session, walk, position, size)
    found.push(...(await readWindow(session, walk, [position, end], query.limit + 1 - found.length)))
    if (found.length > query.limit || end === undefined) return toPage(query, found)
    position = end
  }
  return toPage(query, found, position)
}

function toWalk(query: ProductQuery, words: readonly string[]): Walk {
  const { sort = 'relevance' } = query
  if (sort === 'relevance') return byRelevance(query, words)
  return {
    order: COLUMN_ORDERS[sort],
    index: `products p FORCE INDEX (${INDEX_OF[sort]})`,
    join: '',
    part: { where: 'TRUE', values: [] },
    matching: all([...filtersOf(query), ...words.map(hasWord)]),
  }
}

function byRelevance(query: ProductQuery, [longest = '', ...others]: readonly string[]): Walk {
  const first = firstRowOf(longest)
  return {
    order: RELEVANCE,
    index: 'product_words w FORCE INDEX (by_word)',
    join: 'STRAIGHT_JOIN products p ON p.id = w.product_id',
    part: beginsWith(longest),
    matching: all([
      ...filtersOf(query),
      // A product with several such words is found at the first one.
      { where: `w.word = ${first.sql}`, values: first.values },
      ...others.map(hasWord),
    ]),
  }
}

async function endOfWindow(
  session: Session,
  { order, index, part }: Walk,
  start: Position | undefined,
  size: number,
): Promise<Position | undefined> {
  const { where, values } = all([part, after(order, start)])
  const [row] = await session.rows<{ value: string | number; id: number }>(
    `SELECT ${order.by} AS value, ${order.id} AS id FROM ${index}
     WHERE ${where} ORDER BY ${inOrder(order)} LIMIT 1 OFFSET ?`,
    [...values, size - 1],
  )
  return row && [row.value, row.id]
}

function readWindow(
  session: Session,
  { order, index, join, part, matching }: Walk,
  [start, end]: readonly [Position | undefined, Position | undefined],
  limit: number,
): Promise<SortedRow[]> {
  const { where, values } = all([part, after(order, start), upTo(order, end), matching])
  return session.rows<SortedRow>(
    `SELECT ${PRODUCT_COLUMNS}, ${order.by} AS sorted_by FROM ${index} ${join}
     WHERE ${where} ORDER BY ${inOrder(order)} LIMIT ?`,
    [...values, limit],
  )
}
