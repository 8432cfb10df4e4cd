import { createHash } from 'node:crypto'
import { InvalidInputError } from '@ecommerce/domain'

type Position = readonly (string | number)[]

/** The type of one part of a position. A count is an integer, 0 or greater. */
export type PositionPart = 'text' | 'count'

/**
 * The start of the next page, opaque to the caller. It contains a checksum of query and position, because a cursor with
 * other filters or another sort would skip items silently, and so would a damaged one.
 */
export function encodeCursor(query: object, position: Position): string {
  return Buffer.from(JSON.stringify([checksumOf(query, position), ...position])).toString('base64url')
}

/**
 * Reads the position of a cursor. The checksum is no secret, so a caller can forge a position; only its types are
 * certain.
 * @throws {InvalidInputError} unless the cursor was made for the same query, with a position of these parts
 */
export function decodeCursor(query: object, cursor: string, parts: readonly PositionPart[]): Position {
  const [, ...position] = parse(cursor)
  const wellFormed = position.length === parts.length && parts.every((part, index) => IS[part](position[index]))
  // The comparison refuses other spellings of the same JSON or base64url, too.
  if (!wellFormed || cursor !== encodeCursor(query, position as Position)) {
    throw new InvalidInputError([
      { pointer: '/cursor', detail: 'is not the next_cursor of a page with these filters and this sort' },
    ])
  }
  return position as Position // every part was just checked
}

function parse(cursor: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(parts) ? parts : []
  } catch {
    return []
  }
}

const IS: Record<PositionPart, (value: unknown) => boolean> = {
  text: (value) => typeof value === 'string',
  count: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
}

function checksumOf(query: object, position: Position): string {
  const { cursor: _, limit: __, ...filters } = query as Record<string, unknown>
  return createHash('sha256')
    .update(JSON.stringify([filters, position]))
    .digest('base64url')
    .slice(0, 8)
}
