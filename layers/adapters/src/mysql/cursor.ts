import { createHash } from 'node:crypto'
import { InvalidInputError } from '@ecommerce/domain'

type Position = readonly (string | number)[]

/** What a position is made of; a count is a whole number from 0. */
export type PositionPart = 'text' | 'count'

/**
 * Where the next page starts, opaque to the caller. It carries a mark of the query it belongs to: a cursor used with
 * other filters or another sort would skip items without a word.
 */
export function encodeCursor(query: object, position: Position): string {
  return Buffer.from(JSON.stringify([markOf(query), ...position])).toString('base64url')
}

/**
 * The mark is no secret: a position may be forged, so each part is what it should be, and no more is promised.
 * @throws {InvalidInputError} unless it carries the mark of the same query and a position of these parts
 */
export function decodeCursor(query: object, cursor: string, parts: readonly PositionPart[]): Position {
  const [mark, ...position] = parse(cursor)
  const wellFormed = position.length === parts.length && parts.every((part, at) => IS[part](position[at]))
  if (mark !== markOf(query) || !wellFormed) {
    throw new InvalidInputError([{ pointer: '/cursor', detail: 'is not a cursor of this query' }])
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

function markOf(query: object): string {
  const { cursor: _, limit: __, ...filters } = query as Record<string, unknown>
  return createHash('sha256').update(JSON.stringify(filters)).digest('base64url').slice(0, 8)
}
