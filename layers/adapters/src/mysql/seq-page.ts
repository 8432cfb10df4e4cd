import { decodeCursor, encodeCursor } from './cursor'

export interface PageRequest {
  readonly limit: number
  readonly cursor?: string | undefined
}

/** The sequence number at which a list in descending order continues. Undefined for its first page. */
export function seqBefore(query: PageRequest, scope: object = query): number | undefined {
  return query.cursor === undefined ? undefined : Number(decodeCursor(scope, query.cursor, ['count'])[0])
}

/**
 * Splits the result of a query for one row more than the page has.
 * @param seqOf the sequence number by which the list is sorted
 */
export function toSeqPage<Row>(
  rows: readonly Row[],
  query: PageRequest,
  seqOf: (row: Row) => number,
  scope: object = query,
): { shown: readonly Row[]; nextCursor: string | undefined } {
  const shown = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? shown.at(-1) : undefined
  return { shown, nextCursor: last && encodeCursor(scope, [seqOf(last)]) }
}
