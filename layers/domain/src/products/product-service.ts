import type { CallLimits } from '../call-limits'
import type { Clock } from '../clock'
import { fingerprintOf, type IdempotentRequest } from '../idempotency'
import type { AdjustedStock, Inventory, StockAdjustment } from './inventory'
import type { NewProduct, Page, Product, ProductChanges, ProductId, ProductQuery } from './product'
import type { ProductCondition, ProductStore } from './product-store'

export class ProductService {
  constructor(
    private readonly store: ProductStore,
    private readonly clock: Clock,
  ) {}

  /** @returns the product as it was created, also for a repeated request @throws {IdempotencyKeyReusedError} */
  create(product: NewProduct, idempotencyKey?: string, limits?: CallLimits): Promise<Product> {
    const { name, description, category, priceCents, stock } = product
    const request = toIdempotent(idempotencyKey, [name, description, category, priceCents, stock])
    return this.store.create(product, this.clock(), request, limits)
  }

  get(id: ProductId, limits?: CallLimits): Promise<Product> {
    return this.store.get(id, limits)
  }

  list(query: ProductQuery, limits?: CallLimits): Promise<Page<Product>> {
    return this.store.list(query, limits)
  }

  update(id: ProductId, changes: ProductChanges, condition?: ProductCondition, limits?: CallLimits): Promise<Product> {
    return this.store.update({ id, changes, condition, at: this.clock() }, limits)
  }

  delete(id: ProductId, condition?: ProductCondition, limits?: CallLimits): Promise<void> {
    return this.store.delete({ id, condition, at: this.clock() }, limits)
  }

  getInventory(
    id: ProductId,
    page: { limit: number; cursor?: string | undefined },
    limits?: CallLimits,
  ): Promise<Inventory> {
    return this.store.getInventory(id, page, limits)
  }

  /**
   * @returns the recorded adjustment with its result; a repeated request gets the first result again
   * @throws {StockLimitError} @throws {IdempotencyKeyReusedError}
   */
  async adjustStock(
    adjustment: StockAdjustment,
    idempotencyKey?: string,
    limits?: CallLimits,
  ): Promise<StockAdjustment & AdjustedStock> {
    const request = toIdempotent(idempotencyKey, [adjustment.delta, adjustment.note])
    return { ...adjustment, ...(await this.store.adjustStock(adjustment, this.clock(), request, limits)) }
  }
}

function toIdempotent(key: string | undefined, content: unknown): IdempotentRequest | undefined {
  return key === undefined ? undefined : { key, fingerprint: fingerprintOf(content) }
}
