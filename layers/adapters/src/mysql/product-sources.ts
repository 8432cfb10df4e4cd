import type { ProductQuery } from '@ecommerce/domain'
import { all, type Condition } from './condition'
import { categoryFilter, priceFilter } from './product-filters'
import type { Session } from './session'
import { beginsWith } from './word-conditions'

/** Rows that are collected and sorted for one page. */
const MAX_COLLECTED = 3_000
/** Longer words are rarer. The rows of more words are not counted, because counting takes time too. */
const COUNTED_WORDS = 8

/** A set of products that contains everything a search can find. */
export interface ProductSource {
  /** The products `p` of the set, in a FROM clause. */
  readonly from: string
  readonly values: Condition['values']
  /** The word that all products of the set have. */
  readonly word?: string
}

interface Candidate extends ProductSource {
  readonly counted: Condition
}

/** The smallest source, if it is small enough to be collected. */
export async function rarestSource(
  session: Session,
  query: ProductQuery,
  words: readonly string[],
): Promise<ProductSource | undefined> {
  const candidates = [
    ...words.slice(0, COUNTED_WORDS).map(ofWord),
    ...ofFilter('by_category', categoryFilter(query)),
    ...ofFilter('by_price', priceFilter(query)),
  ]
  const counts = candidates.map(
    ({ counted }, at) =>
      `(SELECT COUNT(*) FROM (SELECT 1 FROM ${counted.where} LIMIT ${MAX_COLLECTED + 1}) c${at}) AS n${at}`,
  )
  const [row] = await session.rows<Record<string, number>>(
    `SELECT ${counts.join(', ')}`,
    candidates.flatMap(({ counted }) => counted.values),
  )
  const sized = candidates.map((candidate, at) => ({ candidate, size: row?.[`n${at}`] ?? 0 }))
  const [rarest] = sized.sort((a, b) => a.size - b.size)
  return rarest && rarest.size <= MAX_COLLECTED ? rarest.candidate : undefined
}

function ofWord(word: string): Candidate {
  const { where, values } = beginsWith(word)
  return {
    word,
    counted: { where: `product_words w WHERE ${where}`, values },
    from: `(SELECT DISTINCT w.product_id FROM product_words w WHERE ${where}) s STRAIGHT_JOIN products p ON p.id = s.product_id`,
    values,
  }
}

function ofFilter(index: string, filters: readonly Condition[]): Candidate[] {
  if (filters.length === 0) return []
  const from = `products p FORCE INDEX (${index})`
  const { where, values } = all(filters)
  return [{ from, values: [], counted: { where: `${from} WHERE ${where}`, values } }]
}
