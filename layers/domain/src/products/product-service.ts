import type { Clock } from '../clock'
import type { Inventory, StockAdjustment } from './inventory'
import type { NewProduct, Page, Product, ProductChanges, ProductId, ProductQuery } from './product'
import type { ProductStore } from './product-store'

export class ProductService {
  constructor(
    private readonly store: ProductStore,
    private readonly clock: Clock,
  ) {}

  create(product: NewProduct): Promise<Product> {
    return this.store.create(product, this.clock())
  }

  get(id: ProductId): Promise<Product> {
    return this.store.get(id)
  }

  list(query: ProductQuery): Promise<Page<Product>> {
    return this.store.list(query)
  }

  update(id: ProductId, changes: ProductChanges, expectedVersion?: number): Promise<Product> {
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
    return this.store.update({ id, changes: given, expectedVersion, at: this.clock() })
  }

  delete(id: ProductId, expectedVersion?: number): Promise<void> {
    return this.store.delete({ id, expectedVersion, at: this.clock() })
  }

  getInventory(id: ProductId, page: { limit: number; cursor?: string | undefined }): Promise<Inventory> {
    return this.store.getInventory(id, page)
  }

  /** @returns the recorded adjustment, with the number of units on hand after it */
  async adjustStock(adjustment: StockAdjustment): Promise<StockAdjustment & { onHand: number; at: Date }> {
    const at = this.clock()
    return { ...adjustment, onHand: await this.store.adjustStock(adjustment, at), at }
  }
}
