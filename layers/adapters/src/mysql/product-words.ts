import { type ProductId, wordsOfProduct } from '@ecommerce/domain'
import type { Database } from './database'
import type { Session } from './session'

/** Increase it when the rules in `search-words.ts` change: then `npm run migrate` writes the words of all products. */
export const WORDS_VERSION = 1

const IN_NAME = ' 1'
const IN_DESCRIPTION = ' 2'
/** Sorts after every character of a word. */
const LAST_CHARACTER = '\u{10ffff}'

const PRODUCTS_PER_BATCH = 50
/** Limits the size of a statement: a word has at most 800 bytes. */
const WORDS_PER_STATEMENT = 1_000

interface ProductTexts {
  id: ProductId
  name: string
  description: string
}

/** The first and the last possible row for words that begin with this word. */
export function rangeOf(word: string): readonly [first: string, last: string] {
  return [word, word + LAST_CHARACTER]
}

/** Writes the words of a product that has none yet. */
export function recordWords(session: Session, product: ProductTexts): void {
  for (const rows of inStatements(toRows(product))) session.later(INSERT, [rows])
}

export function deleteWords(session: Session, id: ProductId): void {
  session.later('DELETE FROM product_words WHERE product_id = ?', [id])
}

/**
 * Writes the words of all products that have none, or those of earlier rules: other programs may write products too.
 * @param signal ends the work after the current batch @returns the number of products
 */
export async function indexProducts(database: Database, signal?: AbortSignal): Promise<number> {
  let indexed = 0
  while (!signal?.aborted) {
    const products = await database.transaction(indexBatch)
    if (products === 0) break
    indexed += products
  }
  return indexed
}

async function indexBatch(session: Session): Promise<number> {
  // `words_version <> ?` could not use the index.
  const products = await session.rows<ProductTexts & { deleted: number }>(
    `SELECT id, name, description, deleted_at IS NOT NULL AS deleted FROM products
     WHERE words_version < ? OR words_version > ? ORDER BY words_version, id LIMIT ? FOR UPDATE`,
    [WORDS_VERSION, WORDS_VERSION, PRODUCTS_PER_BATCH],
  )
  if (products.length === 0) return 0
  const ids = products.map(({ id }) => id)
  await session.write('DELETE FROM product_words WHERE product_id IN (?)', [ids])
  const rows = products.filter(({ deleted }) => deleted === 0).flatMap(toRows)
  for (const part of inStatements(rows)) await session.write(INSERT, [part])
  await session.write('UPDATE products SET words_version = ? WHERE id IN (?)', [WORDS_VERSION, ids])
  return products.length
}

const INSERT = 'INSERT INTO product_words (product_id, word) VALUES ?'

type WordRow = [ProductId, string]

function toRows(product: ProductTexts): WordRow[] {
  return wordsOfProduct(product).map(({ word, inName }) => [product.id, word + (inName ? IN_NAME : IN_DESCRIPTION)])
}

function inStatements(rows: readonly WordRow[]): WordRow[][] {
  const count = Math.ceil(rows.length / WORDS_PER_STATEMENT)
  return Array.from({ length: count }, (_, at) => rows.slice(at * WORDS_PER_STATEMENT, (at + 1) * WORDS_PER_STATEMENT))
}
