import type { Inventory, StockAdjustment } from './inventory'
import type { NewProduct, Page, Product, ProductDetails, ProductId, ProductQuery } from './product'

export interface ProductChange {
  readonly id: ProductId
  readonly changes: Partial<ProductDetails>
  /** The version that the caller has read. Prevents that the change overwrites another one. */
  readonly expectedVersion?: number | undefined
  readonly at: Date
}

/**
 * Stores the catalogue and its stock. Each write is one transaction, which also records the ledger entry and the event.
 * Every method throws `UnavailableError` when the store is unavailable. A method for one product throws `NotFoundError`
 * when the product does not exist or is deleted.
 */
export interface ProductStore {
  create(product: NewProduct, at: Date): Promise<Product>
  get(id: ProductId): Promise<Product>
  /** @throws {InvalidInputError} for a cursor of another query */
  list(query: ProductQuery): Promise<Page<Product>>
  /** @throws {VersionMismatchError} */
  update(change: ProductChange): Promise<Product>
  /** The orders and the ledger of a deleted product stay readable. @throws {VersionMismatchError} */
  delete(product: Omit<ProductChange, 'changes'>): Promise<void>
  /** Works for deleted products too. @throws {InvalidInputError} for a cursor of another product */
  getInventory(id: ProductId, page: { limit: number; cursor?: string | undefined }): Promise<Inventory>
  /** @returns the number of units on hand after the adjustment @throws {StockLimitError} */
  adjustStock(adjustment: StockAdjustment, at: Date): Promise<number>
}
