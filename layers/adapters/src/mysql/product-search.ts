import type { Product, ProductQuery, ProductSort } from '@ecommerce/domain'
import { decodeCursor, encodeCursor } from './cursor'
import type { SqlValue } from './session'

interface SortOrder {
  readonly column: 'id' | 'name' | 'price_cents'
  readonly direction: 'ASC' | 'DESC'
  readonly positionOf: (product: Product) => string | number
}

const ORDERS: Record<Exclude<ProductSort, 'relevance'>, SortOrder> = {
  id: { column: 'id', direction: 'ASC', positionOf: ({ id }) => id },
  '-id': { column: 'id', direction: 'DESC', positionOf: ({ id }) => id },
  name: { column: 'name', direction: 'ASC', positionOf: ({ name }) => name },
  '-name': { column: 'name', direction: 'DESC', positionOf: ({ name }) => name },
  price: { column: 'price_cents', direction: 'ASC', positionOf: ({ priceCents }) => priceCents },
  '-price': { column: 'price_cents', direction: 'DESC', positionOf: ({ priceCents }) => priceCents },
}

const MATCH = 'MATCH (name, description) AGAINST (? IN BOOLEAN MODE)'

/** InnoDB does not index shorter words and its stopwords, so they cannot narrow a search. */
const MIN_WORD_LENGTH = 3
const STOPWORDS = new Set(
  'about are com de for from how that the this und was what when where who will with www'.split(' '),
)

export interface ProductSearch {
  readonly where: string
  readonly orderBy: string
  readonly limit: 'LIMIT ?' | 'LIMIT ? OFFSET ?'
  readonly values: SqlValue[]
  readonly nextCursor: (last: Product, count: number) => string
}

/**
 * Turns a query into SQL. Returns undefined when no product can match. Pages use keyset pagination, except for sorting
 * by relevance: scores are no stable key, so its cursor is an offset.
 */
export function toProductSearch(query: ProductQuery): ProductSearch | undefined {
  const conditions = ['deleted_at IS NULL']
  const values: SqlValue[] = []
  const add = (condition: string, ...parameters: SqlValue[]) => {
    conditions.push(condition)
    values.push(...parameters)
  }

  const words = query.search === undefined ? undefined : toBooleanQuery(query.search)
  if (words === '') return undefined
  if (words !== undefined) add(MATCH, words)
  if (query.category !== undefined) add('category = ?', query.category)
  if (query.minPriceCents !== undefined) add('price_cents >= ?', query.minPriceCents)
  if (query.maxPriceCents !== undefined) add('price_cents <= ?', query.maxPriceCents)
  if (query.inStock !== undefined) conditions.push(query.inStock ? 'stock > 0' : 'stock = 0')

  const sort = query.sort ?? (words === undefined ? 'id' : 'relevance')
  if (sort === 'relevance') return byRelevance(query, conditions, values, words)
  return byKey(query, ORDERS[sort], conditions, values)
}

function byKey(query: ProductQuery, order: SortOrder, conditions: string[], values: SqlValue[]): ProductSearch {
  const { column, direction, positionOf } = order
  const part = column === 'name' ? 'text' : 'count'
  const beyond = direction === 'ASC' ? '>' : '<'
  if (query.cursor !== undefined) {
    const [value, id] = decodeCursor(query, query.cursor, [part, 'count'])
    conditions.push(`(${column} ${beyond} ? OR (${column} = ? AND id ${beyond} ?))`)
    values.push(value, value, id)
  }
  return {
    where: conditions.join(' AND '),
    orderBy: `${column} ${direction}, id ${direction}`,
    limit: 'LIMIT ?',
    values: [...values, query.limit + 1],
    nextCursor: (last) => encodeCursor(query, [positionOf(last), last.id]),
  }
}

function byRelevance(
  query: ProductQuery,
  conditions: string[],
  values: SqlValue[],
  words: string | undefined,
): ProductSearch {
  const shown = query.cursor === undefined ? 0 : Number(decodeCursor(query, query.cursor, ['count'])[0])
  return {
    where: conditions.join(' AND '),
    orderBy: words === undefined ? 'id' : `${MATCH} DESC, id`,
    limit: 'LIMIT ? OFFSET ?',
    values: [...values, ...(words === undefined ? [] : [words]), query.limit + 1, shown],
    nextCursor: (_, count) => encodeCursor(query, [shown + count]),
  }
}

/**
 * The query for MySQL's boolean mode: each word must occur as a prefix. Words consist of letters with their marks,
 * digits and underscores, as in InnoDB. All other characters are dropped, including the operators of boolean mode.
 */
function toBooleanQuery(search: string): string {
  const words = search.toLowerCase().match(/[\p{L}\p{M}\p{N}_]+/gu) ?? []
  const indexed = words.filter((word) => word.length >= MIN_WORD_LENGTH && !STOPWORDS.has(word))
  const chosen = indexed.length > 0 ? indexed : words
  return chosen.map((word) => `+${word}*`).join(' ')
}
