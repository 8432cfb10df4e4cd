import type { Condition } from './condition'
import type { ProductOrder } from './product-order'
import { rangeOf } from './product-words'

/** The rows of the index that begin with a word. */
export function beginsWith(word: string, column = 'w.word'): Condition {
  return { where: `${column} BETWEEN ? AND ?`, values: [...rangeOf(word)] }
}

/**
 * The first row of a product that begins with a word, or NULL. A scalar subquery: MySQL would turn many EXISTS into one
 * join, and plan it for minutes.
 */
export function firstRowOf(word: string, id = 'p.id'): { sql: string; values: Condition['values'] } {
  const { where, values } = beginsWith(word, 'e.word')
  return {
    sql: `(SELECT e.word FROM product_words e WHERE e.product_id = ${id} AND ${where} ORDER BY e.word LIMIT 1)`,
    values,
  }
}

/** The condition that a product has a word. */
export function hasWord(word: string): Condition {
  const { sql, values } = firstRowOf(word)
  return { where: `${sql} IS NOT NULL`, values }
}

/** The order of relevance, in the index of words `w`. */
export const RELEVANCE: ProductOrder = { by: 'w.word', id: 'w.product_id', direction: 'ASC', part: 'text' }
