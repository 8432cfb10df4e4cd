import { InvalidInputError, type Page } from '@ecommerce/domain'

interface PageQuery {
  readonly limit: number
  readonly cursor?: string | undefined
}

/** The page that follows the item of the cursor. @throws {InvalidInputError} for a cursor of another query */
export function pageOf<Item>(items: readonly Item[], query: PageQuery, keyOf: (item: Item) => string): Page<Item> {
  const { limit, cursor, ...filters } = query
  const toCursor = (item: Item) => Buffer.from(JSON.stringify([filters, keyOf(item)])).toString('base64url')
  const seen = cursor === undefined ? -1 : items.findIndex((item) => toCursor(item) === cursor)
  if (cursor !== undefined && seen === -1) {
    throw new InvalidInputError([{ pointer: '/cursor', detail: 'is not a cursor of this query' }])
  }
  const shown = items.slice(seen + 1, seen + 1 + limit)
  const last = shown.at(-1)
  return { items: shown, nextCursor: last && items.length > seen + 1 + limit ? toCursor(last) : undefined }
}
