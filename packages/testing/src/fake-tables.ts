import {
  type DomainEvent,
  type LedgerEntry,
  NotFoundError,
  type Order,
  type Product,
  type ProductId,
  type StatusChange,
  stockChanged,
} from '@ecommerce/domain'

export interface FakeProductRow {
  readonly product: Product
  readonly sold: number
  readonly deleted: boolean
}

export interface FakeLedgerRow extends LedgerEntry {
  readonly productId: ProductId
}

/** The data of the fake stores of one shop. They share it, as the real stores share a database. */
export class FakeTables {
  readonly products = new Map<ProductId, FakeProductRow>()
  readonly ledger: FakeLedgerRow[] = []
  readonly orders = new Map<string, Order>()
  readonly statusChanges = new Map<string, StatusChange[]>()
  readonly events: DomainEvent[] = []

  eventsOf(aggregate: DomainEvent['aggregate'], id: string | number): DomainEvent[] {
    return this.events.filter((event) => event.aggregate === aggregate && event.aggregateId === String(id))
  }

  /** Works for deleted products too. @throws {NotFoundError} */
  row(id: ProductId): FakeProductRow {
    const row = this.products.get(id)
    if (!row) throw new NotFoundError('product', id)
    return row
  }

  /** @throws {NotFoundError} also for a deleted product */
  liveRow(id: ProductId): FakeProductRow {
    const row = this.row(id)
    if (row.deleted) throw new NotFoundError('product', id)
    return row
  }

  /** Changes the stock by `delta` and the sold units by `sold`, and records an event. @returns the new stock */
  moveStock(id: ProductId, { delta, sold, at }: { delta: number; sold: number; at: Date }): number {
    const row = this.row(id)
    const stock = row.product.stock + delta
    this.products.set(id, { ...row, product: { ...row.product, stock }, sold: row.sold + sold })
    this.events.push(stockChanged(id, stock, delta, at))
    return stock
  }
}
