import type { Inventory, StockAdjustment } from './inventory'
import type { NewProduct, Page, Product, ProductDetails, ProductId, ProductQuery } from './product'

/** Naming the version one has read guards against overwriting somebody else's change. */
export interface ProductChange {
  readonly id: ProductId
  readonly changes: Partial<ProductDetails>
  readonly expectedVersion?: number | undefined
  readonly at: Date
}

/**
 * Keeps the catalogue and its stock. Each write is one transaction that also records its ledger entry and its event.
 * Every method throws `UnavailableError` when the store can't be reached; those that name a product throw
 * `NotFoundError` for one that does not exist or is deleted.
 */
export interface ProductStore {
  create(product: NewProduct, at: Date): Promise<Product>
  get(id: ProductId): Promise<Product>
  /** @throws {InvalidInputError} for a cursor that is not of this query */
  list(query: ProductQuery): Promise<Page<Product>>
  /** @throws {VersionMismatchError} */
  update(change: ProductChange): Promise<Product>
  /** Orders and ledger of a deleted product stay readable. @throws {VersionMismatchError} */
  delete(product: Omit<ProductChange, 'changes'>): Promise<void>
  /** Also of deleted products. @throws {InvalidInputError} for a bad cursor */
  getInventory(id: ProductId, page: { limit: number; cursor?: string | undefined }): Promise<Inventory>
  /** @returns what is on hand afterwards. @throws {StockLimitError} */
  adjustStock(adjustment: StockAdjustment, at: Date): Promise<number>
}
