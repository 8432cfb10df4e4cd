import type { Page, Product, ProductQuery } from '@ecommerce/domain'
import { all } from './condition'
import { filtersOf } from './product-filters'
import { after, COLUMN_ORDERS, inOrder, type ProductOrder, type SortedRow, startOf, toPage } from './product-order'
import { PRODUCT_COLUMNS } from './product-rows'
import type { ProductSource } from './product-sources'
import type { Session } from './session'
import { firstRowOf, hasWord } from './word-conditions'

/** The page of a search, from a small set of products: sorts all that match. */
export async function collectProducts(
  session: Session,
  query: ProductQuery,
  words: readonly string[],
  source: ProductSource,
): Promise<Page<Product>> {
  const { order, value } = sortedBy(query, words)
  const matching = all([...filtersOf(query), ...words.filter((word) => word !== source.word).map(hasWord)])
  const rest = after(order, startOf(query, order))
  // Only ids are sorted: sorting whole products would write their descriptions to a temporary table.
  const rows = await session.rows<SortedRow>(
    `SELECT ${PRODUCT_COLUMNS}, found.sorted_by FROM (
       SELECT p.id AS found_id, ${value.sql} AS sorted_by FROM ${source.from}
       WHERE ${matching.where} HAVING ${rest.where} ORDER BY ${inOrder(order)} LIMIT ?
     ) found JOIN products ON id = found_id ORDER BY ${inOrder(order)}`,
    [...value.values, ...source.values, ...matching.values, ...rest.values, query.limit + 1],
  )
  return toPage(query, rows)
}

function sortedBy({ sort = 'relevance' }: ProductQuery, [longest = '']: readonly string[]) {
  const column: ProductOrder =
    sort === 'relevance' ? { by: '', id: '', direction: 'ASC', part: 'text' } : COLUMN_ORDERS[sort]
  const order = { ...column, by: 'sorted_by', id: 'found_id' }
  return { order, value: sort === 'relevance' ? firstRowOf(longest) : { sql: column.by, values: [] } }
}
