import { AppError } from '../errors'
import type { Page, ProductId } from './product'

export const LEDGER_REASONS = ['initial', 'adjustment', 'order', 'cancellation'] as const
export type LedgerReason = (typeof LEDGER_REASONS)[number]

/** One change of the stock of a product. The sum of its deltas is the number of units on hand. */
export interface LedgerEntry {
  readonly delta: number
  readonly reason: LedgerReason
  readonly note?: string | undefined
  readonly orderId?: string | undefined
  readonly at: Date
}

/** `onHand + sold` is the number of all units that were ever put in stock. */
export interface Inventory {
  readonly productId: ProductId
  readonly onHand: number
  readonly sold: number
  /** Newest first. */
  readonly ledger: Page<LedgerEntry>
}

export interface StockAdjustment {
  readonly productId: ProductId
  readonly delta: number
  readonly note: string
}

/** The result of an adjustment. */
export interface AdjustedStock {
  /** The number of units on hand after it. */
  readonly onHand: number
  readonly at: Date
}

/**
 * The highest stock that a new product or an adjustment may lead to. Cancelled orders may lead above it, because their
 * units are there. Such stock can be sold and be adjusted downwards.
 */
export const MAX_STOCK = 1_000_000_000

/** Thrown when an adjustment would make the stock negative, or raise it above `MAX_STOCK`. */
export class StockLimitError extends AppError {
  readonly code: 'insufficient-stock' | 'stock-limit'

  constructor(onHand: number, delta: number) {
    super(
      `There are ${onHand} units on hand. Adding ${delta} is not possible: stock must stay between 0 and ${MAX_STOCK}.`,
    )
    this.code = delta < 0 ? 'insufficient-stock' : 'stock-limit'
    this.fields = [{ pointer: '/delta', detail: `must be between ${-onHand} and ${Math.max(0, MAX_STOCK - onHand)}` }]
  }

  override readonly fields
}

/** @throws {StockLimitError} */
export function adjustedStock(onHand: number, delta: number): number {
  const adjusted = onHand + delta
  if (adjusted < 0 || (delta > 0 && adjusted > MAX_STOCK)) throw new StockLimitError(onHand, delta)
  return adjusted
}
