import { InvalidInputError } from '../errors'

export type ProductId = number

/** A product of the catalogue. `version` counts its changes, without changes of the stock. */
export interface Product {
  readonly id: ProductId
  readonly name: string
  readonly description: string
  readonly category: string
  readonly priceCents: number
  readonly stock: number
  readonly version: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

export type ProductDetails = Pick<Product, 'name' | 'description' | 'category' | 'priceCents'>

/** An undefined member is not changed. The stock can be given, but not be changed: see `changedProduct`. */
export type ProductChanges = {
  readonly [Member in keyof ProductDetails | 'stock']?: Product[Member] | undefined
}

export interface NewProduct extends ProductDetails {
  readonly stock: number
}

/** The product that a creation results in. */
export function createdProduct(id: ProductId, product: NewProduct, at: Date): Product {
  const { name, description, category, priceCents, stock } = product
  return { id, name, description, category, priceCents, stock, version: 1, createdAt: at, updatedAt: at }
}

/**
 * The product after a change of its catalogue entry. A client may send the stock that it has read, because it is part of
 * the product, but only an adjustment can change it.
 * @throws {InvalidInputError} when the given stock is not the current one
 */
export function changedProduct(
  current: Product,
  { stock = current.stock, ...details }: ProductChanges,
  at: Date,
): Product {
  if (stock !== current.stock) {
    const detail = `is ${current.stock} and cannot be changed here: use an inventory adjustment, or leave it out`
    throw new InvalidInputError([{ pointer: '/stock', detail }])
  }
  const given = Object.entries(details).filter(([, value]) => value !== undefined)
  return { ...current, ...Object.fromEntries(given), version: current.version + 1, updatedAt: at }
}

export const PRODUCT_SORTS = ['id', '-id', 'name', '-name', 'price', '-price', 'relevance'] as const
export type ProductSort = (typeof PRODUCT_SORTS)[number]

export interface ProductQuery {
  /** Each word must be the beginning of a word of the name or the description. `search-words.ts` says what a word is. */
  readonly search?: string | undefined
  readonly category?: string | undefined
  readonly minPriceCents?: number | undefined
  readonly maxPriceCents?: number | undefined
  readonly inStock?: boolean | undefined
  /** Default: `relevance` for a search, otherwise `id`. Relevance without a search is `id`. */
  readonly sort?: ProductSort | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

/**
 * The most characters of a `nextCursor`. A sort by name puts the name into the cursor. As JSON in base64url, a name of
 * 200 control characters takes 1,600 characters.
 */
export const MAX_CURSOR_LENGTH = 2_000

/** One page of a list. Only the last page has no `nextCursor`. An earlier page may have fewer items than its limit. */
export interface Page<Item> {
  readonly items: readonly Item[]
  /** Valid only for the same filters and sort, with any limit. */
  readonly nextCursor?: string | undefined
}
