import type { ProductId } from '@ecommerce/domain'
import type { KnownProduct } from './stock'

/** Beyond this number, the cache is cleared and filled again by later orders. */
const MAX_PRODUCTS = 10_000

/**
 * A cache of products: their state when this process last locked them, minus the units that it has sold since. Other
 * processes may have changed them meanwhile, so a decision that is based on the cache is valid only if `sellUnits`
 * accepts it.
 */
export class KnownProducts {
  readonly #products = new Map<ProductId, KnownProduct>()

  /** @returns undefined unless all products are known */
  find(ids: ReadonlySet<ProductId>): ReadonlyMap<ProductId, KnownProduct> | undefined {
    const found = new Map<ProductId, KnownProduct>()
    for (const id of ids) {
      const product = this.#products.get(id)
      if (product === undefined) return undefined
      found.set(id, product)
    }
    return found
  }

  /** Caches the products, and removes the ids that do not exist any more. */
  update(ids: ReadonlySet<ProductId>, products: ReadonlyMap<ProductId, KnownProduct>): void {
    if (this.#products.size > MAX_PRODUCTS) this.#products.clear()
    for (const id of ids) {
      const product = products.get(id)
      if (product === undefined) this.#products.delete(id)
      else this.#products.set(id, product)
    }
  }

  sell(sold: ReadonlyMap<ProductId, number>): void {
    for (const [id, units] of sold) {
      const product = this.#products.get(id)
      if (product !== undefined) this.#products.set(id, { ...product, stock: product.stock - units })
    }
  }
}
