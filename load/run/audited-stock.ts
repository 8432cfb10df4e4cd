import type { Assortment } from '../command-line/options'
import type { AuditedProduct } from '../reconcile/reconcile'
import type { CreatedProduct, Shop } from '../shop/shop'
import { ShopError } from '../shop/shop-error'

/** More than any run can sell. */
const AMPLE_UNITS = 10_000_000

export interface StockedProduct {
  readonly id: number
  readonly units: number
  /** How often it is bought, beside the others of its step. */
  readonly weight: number
  readonly created: CreatedProduct
}

/** The products of a run: made for it, known to the unit, and taken out of the catalogue when it is over. */
export class AuditedStock {
  readonly #stocked: StockedProduct[] = []

  constructor(
    private readonly shop: Shop,
    private readonly runId: string,
  ) {}

  /** When the first product was made, by the shop's clock: no order of the run is older. */
  get beginsAtMs(): number {
    return madeAtMs(this.#stocked)
  }

  /** How far the shop's clock is ahead of ours, at least; 0 when they may be the same. */
  get clockOffsetMs(): number {
    const [first] = this.#stocked
    if (first === undefined) return 0
    const { createdAtMs, askedAtMs, answeredAtMs } = first.created
    if (createdAtMs > answeredAtMs) return createdAtMs - answeredAtMs
    return Math.min(0, createdAtMs + 1 - askedAtMs)
  }

  /** Fresh ones for a step: no step finds what another has left in ledgers, caches or locks of its products. */
  async provide(
    stepName: string,
    { products, popularity, unitsOfFirst }: Assortment,
  ): Promise<readonly StockedProduct[]> {
    const before = this.#stocked.length
    for (let rank = 1; rank <= products; rank++) {
      const units = rank === 1 ? (unitsOfFirst ?? AMPLE_UNITS) : AMPLE_UNITS
      const created = await this.shop.createProduct(`Load test ${this.runId}, ${stepName}, ${rank}`, units)
      this.#stocked.push({ id: created.id, units, weight: popularity === 'zipf' ? 1 / rank : 1, created })
    }
    return this.#stocked.slice(before)
  }

  async audit(): Promise<AuditedProduct[]> {
    const audited: AuditedProduct[] = []
    for (const { id, units } of this.#stocked) {
      audited.push({ id, initial: units, ...(await this.shop.inventory(id)) })
    }
    return audited
  }

  /** @returns how many could not be taken out */
  async clear(): Promise<number> {
    let left = 0
    for (const { id } of this.#stocked) {
      try {
        await this.shop.deleteProduct(id)
      } catch (error) {
        if (!(error instanceof ShopError)) throw error
        left += 1
        // A shop that is gone would refuse every one of them.
        if (error.code === 'unreachable') return this.#stocked.length
      }
    }
    return left
  }
}

/** By the shop's clock: no order for any of these products is older. */
export function madeAtMs(products: readonly StockedProduct[]): number {
  return Math.min(...products.map(({ created }) => created.createdAtMs))
}
