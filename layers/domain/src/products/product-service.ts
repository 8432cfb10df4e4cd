import type { CallLimits } from '../call-limits'
import type { Clock } from '../clock'
import { fingerprintOf, type IdempotentRequest, keyOfCaller } from '../idempotency'
import type { AdjustedStock, Inventory, StockAdjustment } from './inventory'
import type { NewProduct, Page, Product, ProductChanges, ProductId, ProductQuery } from './product'
import type { ProductCondition, ProductStore } from './product-store'

export class ProductService {
  constructor(
    private readonly store: ProductStore,
    private readonly clock: Clock,
  ) {}

  /**
   * @param caller the user id of the caller, whose keys they are; undefined in an open shop
   * @returns the product as it was created, also for a repeated request
   * @throws {IdempotencyKeyReusedError}
   */
  create(product: NewProduct, idempotencyKey?: string, caller?: string, limits?: CallLimits): Promise<Product> {
    const { name, description, category, priceCents, stock } = product
    const request = toIdempotent([name, description, category, priceCents, stock], idempotencyKey, caller)
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
   * @param caller the user id of the caller, whose keys they are; undefined in an open shop
   * @returns the recorded adjustment with its result; a repeated request gets the first result again
   * @throws {StockLimitError} @throws {IdempotencyKeyReusedError}
   */
  async adjustStock(
    adjustment: StockAdjustment,
    idempotencyKey?: string,
    caller?: string,
    limits?: CallLimits,
  ): Promise<StockAdjustment & AdjustedStock> {
    const request = toIdempotent([adjustment.delta, adjustment.note], idempotencyKey, caller)
    return { ...adjustment, ...(await this.store.adjustStock(adjustment, this.clock(), request, limits)) }
  }
}

function toIdempotent(content: unknown, key?: string, caller?: string): IdempotentRequest | undefined {
  if (key === undefined) return undefined
  return { key: caller === undefined ? key : keyOfCaller(key, caller), fingerprint: fingerprintOf(content) }
}
