import type { Assortment } from '../command-line/options'
import type { AuditedProduct } from '../reconcile/reconcile'
import type { CreatedProduct, Shop } from '../shop/shop'
import { ShopError } from '../shop/shop-error'
import { InterruptedError } from './interrupted'

/** More units than any run can sell. */
const AMPLE_UNITS = 10_000_000

export interface StockedProduct {
  readonly id: number
  readonly units: number
  /** How often it is bought, relative to the other products of its step. */
  readonly weight: number
  readonly created: CreatedProduct
}

/** The products of a run. They are created for it with a known stock, and deleted after it. */
export class AuditedStock {
  readonly #stocked: StockedProduct[] = []

  constructor(
    private readonly shop: Shop,
    private readonly runId: string,
  ) {}

  /** When the first product was created, by the shop's clock: no order of the run is older. */
  get createdSinceMs(): number {
    return earliestCreationMs(this.#stocked)
  }

  /** The least difference between the shop's clock and ours, positive if the shop's is ahead; 0 if they may agree. */
  get clockOffsetMs(): number {
    const [first] = this.#stocked
    if (first === undefined) return 0
    const { createdAtMs, requestedAtMs, respondedAtMs } = first.created
    if (createdAtMs > respondedAtMs) return createdAtMs - respondedAtMs
    return Math.min(0, createdAtMs + 1 - requestedAtMs)
  }

  /**
   * New products for a step, so that no step meets ledgers, caches or locks of an earlier one.
   * @throws {ShopError | InterruptedError}
   */
  async createProducts(
    stepName: string,
    { products, popularity, unitsOfFirst }: Assortment,
    stop: AbortSignal,
  ): Promise<readonly StockedProduct[]> {
    const before = this.#stocked.length
    for (let rank = 1; rank <= products; rank++) {
      if (stop.aborted) throw new InterruptedError()
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

  /** @returns how many products could not be deleted */
  async deleteProducts(): Promise<number> {
    let left = 0
    for (const { id } of this.#stocked) {
      try {
        await this.shop.deleteProduct(id)
      } catch (error) {
        if (!(error instanceof ShopError)) throw error
        left += 1
        // If the shop is down, no other deletion would succeed either.
        if (error.code === 'unreachable') return this.#stocked.length
      }
    }
    return left
  }
}

/** By the shop's clock: no order of these products is older. */
export function earliestCreationMs(products: readonly StockedProduct[]): number {
  return Math.min(...products.map(({ created }) => created.createdAtMs))
}
