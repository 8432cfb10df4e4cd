import {
  assertRepeats,
  type DomainEvent,
  type IdempotentRequest,
  type LedgerEntry,
  NotFoundError,
  type Order,
  type Product,
  type ProductId,
  type RecordedTransition,
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

/** A status change with the idempotency key of its request. */
export interface FakeStatusChange extends RecordedTransition {
  readonly idempotencyKey?: string | undefined
}

/** The first request with an idempotency key, and its result. */
interface FakeFirstRequest {
  readonly fingerprint: string
  readonly result: unknown
}

/** The data of the fake stores of one shop. They share it, as the real stores share a database. */
export class FakeTables {
  readonly products = new Map<ProductId, FakeProductRow>()
  readonly ledger: FakeLedgerRow[] = []
  readonly orders = new Map<string, Order>()
  readonly statusChanges = new Map<string, FakeStatusChange[]>()
  readonly events: DomainEvent[] = []
  readonly #firstRequests = new Map<string, FakeFirstRequest>()

  /** Runs the work once for a key within its scope, and returns the first result again. */
  once<Result>(scope: string, request: IdempotentRequest | undefined, work: () => Result): Result {
    if (request === undefined) return work()
    const name = JSON.stringify([scope, request.key])
    const first = this.#firstRequests.get(name)
    if (first !== undefined) {
      assertRepeats(request, first)
      return first.result as Result // the scope has results of one type
    }
    const result = work()
    this.#firstRequests.set(name, { fingerprint: request.fingerprint, result })
    return result
  }

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
