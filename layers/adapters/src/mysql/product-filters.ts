import type { ProductQuery } from '@ecommerce/domain'
import type { Condition } from './condition'

/** The conditions of a query on `products p`, without its words. */
export function filtersOf(query: ProductQuery): Condition[] {
  const { inStock } = query
  return [
    { where: 'p.deleted_at IS NULL', values: [] },
    ...categoryFilter(query),
    ...priceFilter(query),
    ...(inStock === undefined ? [] : [{ where: inStock ? 'p.stock > 0' : 'p.stock = 0', values: [] }]),
  ]
}

export function categoryFilter({ category }: ProductQuery): Condition[] {
  return category === undefined ? [] : [{ where: 'p.category = ?', values: [category] }]
}

export function priceFilter({ minPriceCents, maxPriceCents }: ProductQuery): Condition[] {
  return [
    ...(minPriceCents === undefined ? [] : [{ where: 'p.price_cents >= ?', values: [minPriceCents] }]),
    ...(maxPriceCents === undefined ? [] : [{ where: 'p.price_cents <= ?', values: [maxPriceCents] }]),
  ]
}
