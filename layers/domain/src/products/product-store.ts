import type { CallLimits } from '../call-limits'
import type { IdempotentRequest } from '../idempotency'
import type { AdjustedStock, Inventory, StockAdjustment } from './inventory'
import type { NewProduct, Page, Product, ProductChanges, ProductId, ProductQuery } from './product'

export type ProductCondition = (stored: Product) => boolean

export interface ProductChange {
  readonly id: ProductId
  readonly changes: ProductChanges
  /** Whether the stored product may be changed. Prevents that the change overwrites another one. */
  readonly condition?: ProductCondition | undefined
  readonly at: Date
}

/**
 * Stores the catalogue and its stock. Each write is one transaction, which also records the ledger entry and the event.
 * Every method throws `UnavailableError` when the store is unavailable, and gives up soon after the deadline of its caller. A
 * method for one product throws `NotFoundError` when the product does not exist or is deleted.
 *
 * With an idempotent request, a write happens once for its key. A repetition returns the first result, whatever has
 * changed since. Keys of new products and keys of the adjustments of each product are separate.
 */
export interface ProductStore {
  /** @throws {IdempotencyKeyReusedError} */
  create(product: NewProduct, at: Date, request?: IdempotentRequest, limits?: CallLimits): Promise<Product>
  get(id: ProductId, limits?: CallLimits): Promise<Product>
  /** @throws {InvalidInputError} for a cursor of another query */
  list(query: ProductQuery, limits?: CallLimits): Promise<Page<Product>>
  /** @throws {VersionMismatchError} @throws {InvalidInputError} for another stock than the current one */
  update(change: ProductChange, limits?: CallLimits): Promise<Product>
  /** The orders and the ledger of a deleted product stay readable. @throws {VersionMismatchError} */
  delete(product: Omit<ProductChange, 'changes'>, limits?: CallLimits): Promise<void>
  /** Works for deleted products too. @throws {InvalidInputError} for a cursor of another product */
  getInventory(
    id: ProductId,
    page: { limit: number; cursor?: string | undefined },
    limits?: CallLimits,
  ): Promise<Inventory>
  /** @throws {StockLimitError} @throws {IdempotencyKeyReusedError} */
  adjustStock(
    adjustment: StockAdjustment,
    at: Date,
    request?: IdempotentRequest,
    limits?: CallLimits,
  ): Promise<AdjustedStock>
}
