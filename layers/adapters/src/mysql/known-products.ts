import type { ProductId } from '@ecommerce/domain'
import type { KnownProduct } from './stock'

/** A catalogue beyond this is learned anew, from what is sold. */
const MOST_PRODUCTS = 10_000

/**
 * Products as this process last saw them under their locks, less what it has sold since. Others may have changed them:
 * what is decided on them holds only if `sellUnits` is not refused.
 */
export class KnownProducts {
  readonly #products = new Map<ProductId, KnownProduct>()

  /** @returns undefined unless each of them is known */
  find(ids: ReadonlySet<ProductId>): ReadonlyMap<ProductId, KnownProduct> | undefined {
    const found = new Map<ProductId, KnownProduct>()
    for (const id of ids) {
      const product = this.#products.get(id)
      if (product === undefined) return undefined
      found.set(id, product)
    }
    return found
  }

  /** @param products what there is of them: the others are forgotten */
  see(ids: ReadonlySet<ProductId>, products: ReadonlyMap<ProductId, KnownProduct>): void {
    if (this.#products.size > MOST_PRODUCTS) this.#products.clear()
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
