export type ProductId = number

/** What the catalogue says of a product; `version` counts its changes (stock has a ledger of its own). */
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

/** An undefined member stays as it is. */
export type ProductChanges = { readonly [Member in keyof ProductDetails]?: ProductDetails[Member] | undefined }

export interface NewProduct extends ProductDetails {
  readonly stock: number
}

export const PRODUCT_SORTS = ['id', '-id', 'name', '-name', 'price', '-price', 'relevance'] as const
export type ProductSort = (typeof PRODUCT_SORTS)[number]

export interface ProductQuery {
  /** Words that must all occur (as prefixes) in name or description. */
  readonly search?: string | undefined
  readonly category?: string | undefined
  readonly minPriceCents?: number | undefined
  readonly maxPriceCents?: number | undefined
  readonly inStock?: boolean | undefined
  /** Default: relevance for a search, else id. */
  readonly sort?: ProductSort | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

/** One page of a list; `nextCursor` is absent on the last. */
export interface Page<Item> {
  readonly items: readonly Item[]
  readonly nextCursor?: string | undefined
}
