import { createHash } from 'node:crypto'
import { InvalidInputError } from '@ecommerce/domain'

type Position = readonly (string | number)[]

/**
 * Where the next page starts, opaque to the caller. It carries a mark of the query it belongs to: a cursor used with
 * other filters or another sort would skip items without a word.
 */
export function encodeCursor(query: object, position: Position): string {
  return Buffer.from(JSON.stringify([markOf(query), ...position])).toString('base64url')
}

/** @throws {InvalidInputError} unless `encodeCursor` made it for the same query */
export function decodeCursor(query: object, cursor: string, size: number): Position {
  const [mark, ...position] = parse(cursor)
  const wellFormed = position.length === size && position.every((part) => typeof part === 'string' || isSafe(part))
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

function isSafe(part: unknown): boolean {
  return Number.isSafeInteger(part)
}

function markOf(query: object): string {
  const { cursor: _, limit: __, ...filters } = query as Record<string, unknown>
  return createHash('sha256').update(JSON.stringify(filters)).digest('base64url').slice(0, 8)
}
