import type { Clock, DomainEvent, LedgerEntry, OrderStore, Page, ProductId, ProductStore } from '@ecommerce/domain'

/** The two stores of one shop, and access to data that the ports do not show. */
export interface Stores {
  readonly products: ProductStore
  readonly orders: OrderStore
  /** Oldest first. */
  readonly eventsOf: (aggregate: DomainEvent['aggregate'], id: string | number) => Promise<DomainEvent[]>
  readonly close: () => Promise<void>
}

/** Opens stores that use this clock. They may contain data of other tests. */
export type OpenStores = (clock: Clock) => Promise<Stores>

/** Reads the whole ledger of a product, oldest entry first. */
export async function ledgerOf(products: ProductStore, id: ProductId): Promise<LedgerEntry[]> {
  const entries = await allPages((cursor) =>
    products.getInventory(id, { limit: 100, cursor }).then(({ ledger }) => ledger),
  )
  return entries.reverse()
}

/** Reads all pages of a list. @throws when there are more than `maxPages`, for example because cursors repeat */
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
