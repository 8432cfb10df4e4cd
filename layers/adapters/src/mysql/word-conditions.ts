import type { Condition } from './condition'
import type { ProductOrder } from './product-order'
import { rangeOf } from './product-words'

/** The rows of the index that begin with a word. */
export function beginsWith(word: string, column = 'w.word'): Condition {
  return { where: `${column} BETWEEN ? AND ?`, values: [...rangeOf(word)] }
}

/** The first row of a product `p` that begins with a word, or NULL. */
export function firstRowOf(word: string): { sql: string; values: Condition['values'] } {
  const { where, values } = beginsWith(word, 'e.word')
  return {
    sql: `(SELECT e.word FROM product_words e WHERE e.product_id = p.id AND ${where} ORDER BY e.word LIMIT 1)`,
    values,
  }
}

/**
 * The condition that a product `p` has a word. A scalar subquery: MySQL would turn many EXISTS into one join, and plan
 * it for minutes.
 */
export function hasWord(word: string): Condition {
  const { where, values } = beginsWith(word, 'e.word')
  return {
    where: `(SELECT 1 FROM product_words e WHERE e.product_id = p.id AND ${where} LIMIT 1) IS NOT NULL`,
    values,
  }
}

/** The order of relevance, in the index of words `w`. */
export const RELEVANCE: ProductOrder = { by: 'w.word', id: 'w.product_id', direction: 'ASC', part: 'text' }
