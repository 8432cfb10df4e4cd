import type { Clock, DomainEvent, LedgerEntry, OrderStore, Page, ProductId, ProductStore } from '@ecommerce/domain'

/** The two stores of one shop, and what the ports do not show of them. */
export interface Stores {
  readonly products: ProductStore
  readonly orders: OrderStore
  /** Oldest first. */
  readonly eventsOf: (aggregate: DomainEvent['aggregate'], id: string | number) => Promise<DomainEvent[]>
  readonly close: () => Promise<void>
}

/** Opens stores that take the time from this clock. They may hold what other tests wrote. */
export type OpenStores = (clock: Clock) => Promise<Stores>

/** The whole ledger of a product, oldest first. */
export async function ledgerOf(products: ProductStore, id: ProductId): Promise<LedgerEntry[]> {
  const entries = await allPages((cursor) =>
    products.getInventory(id, { limit: 100, cursor }).then(({ ledger }) => ledger),
  )
  return entries.reverse()
}

/** Follows the cursors to the end. Ends, with too many items, also where they lead in a circle. */
export async function allPages<Item>(
  getPage: (cursor: string | undefined) => Promise<Page<Item>>,
  maxPages = 200,
): Promise<Item[]> {
  const items: Item[] = []
  let cursor: string | undefined
  for (let page = 0; page < maxPages; page++) {
    const { items: shown, nextCursor } = await getPage(cursor)
    items.push(...shown)
    if (nextCursor === undefined) return items
    cursor = nextCursor
  }
  throw new Error(`more than ${maxPages} pages`)
}
