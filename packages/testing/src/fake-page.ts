import { isDeepStrictEqual } from 'node:util'
import { InvalidInputError, type Page } from '@ecommerce/domain'

interface PageQuery {
  readonly limit: number
  readonly cursor?: string | undefined
}

interface Recorded {
  /** The position in the order of recording. */
  readonly seq: number
}

/** The last two parameters of `pageOf` for a list of records in reverse order. */
export const NEWEST_FIRST = [
  ({ seq }: Recorded): number => seq,
  ({ seq }: Recorded, last: number): boolean => seq < last,
] as const

/**
 * The page after the position of the cursor. The item at that position may have been deleted meanwhile.
 * @param items sorted
 * @param positionOf the position of an item as JSON, with everything that the order depends on
 * @param isAfter whether an item comes after a position
 * @throws {InvalidInputError} for a cursor of another query
 */
export function pageOf<Item, Position>(
  items: readonly Item[],
  query: PageQuery,
  positionOf: (item: Item) => Position,
  isAfter: (item: Item, position: Position) => boolean,
): Page<Item> {
  const { limit, cursor, ...filters } = query
  const position = cursor === undefined ? undefined : decode<Position>(cursor, filters)
  const following = position === undefined ? items : items.filter((item) => isAfter(item, position))
  const shown = following.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown, nextCursor: last && following.length > limit ? encode(filters, positionOf(last)) : undefined }
}

function encode(filters: object, position: unknown): string {
  return Buffer.from(JSON.stringify([filters, position])).toString('base64url')
}

function decode<Position>(cursor: string, filters: object): Position {
  const [ofFilters, position] = parse(cursor)
  if (!isDeepStrictEqual(ofFilters, JSON.parse(JSON.stringify(filters)))) {
    throw new InvalidInputError([
      { pointer: '/cursor', detail: 'is not the next_cursor of a page with these filters and this sort' },
    ])
  }
  return position as Position // only `encode` writes these filters
}

function parse(cursor: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(parts) ? parts : []
  } catch {
    return []
  }
}
