import type { Page, Product, ProductQuery } from '@ecommerce/domain'
import { collectProducts } from './collect-products'
import { rarestSource } from './product-sources'
import type { Session } from './session'
import { walkProducts } from './walk-products'

/**
 * Finds the products with all these words. Each request reads a limited number of rows, however common the words are:
 * - If few products have one of the words, or match a filter, those are collected, checked and sorted.
 * - Otherwise the products are read in the order of the list until the page is full. The order of relevance is the
 *   order of the index of words.
 * @param words longest first
 */
export async function searchProducts(
  session: Session,
  query: ProductQuery,
  words: readonly string[],
): Promise<Page<Product>> {
  if (words.length === 0) return { items: [] }
  const byRelevance = (query.sort ?? 'relevance') === 'relevance'
  if (byRelevance && words.length === 1 && !hasFilters(query)) return walkProducts(session, query, words)

  const source = await rarestSource(session, query, words)
  // The index of words is already in the order of relevance.
  const isWalked = source === undefined || (byRelevance && source.word === words[0])
  return isWalked ? walkProducts(session, query, words) : collectProducts(session, query, words, source)
}

function hasFilters({ category, minPriceCents, maxPriceCents, inStock }: ProductQuery): boolean {
  return [category, minPriceCents, maxPriceCents, inStock].some((filter) => filter !== undefined)
}
