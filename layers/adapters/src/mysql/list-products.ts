import { type Page, type Product, type ProductQuery, wordsOfSearch } from '@ecommerce/domain'
import { all } from './condition'
import { filtersOf } from './product-filters'
import { after, COLUMN_ORDERS, inOrder, type SortedRow, startOf, toPage } from './product-order'
import { PRODUCT_COLUMNS } from './product-rows'
import { searchProducts } from './product-search'
import type { Session } from './session'

export async function listProducts(session: Session, query: ProductQuery): Promise<Page<Product>> {
  const { search, sort = 'relevance' } = query
  if (search !== undefined) return searchProducts(session, query, wordsOfSearch(search))

  const order = COLUMN_ORDERS[sort === 'relevance' ? 'id' : sort]
  const { where, values } = all([...filtersOf(query), after(order, startOf(query, order))])
  const rows = await session.rows<SortedRow>(
    `SELECT ${PRODUCT_COLUMNS}, ${order.by} AS sorted_by FROM products p
     WHERE ${where} ORDER BY ${inOrder(order)} LIMIT ?`,
    [...values, query.limit + 1],
  )
  return toPage(query, rows)
}
