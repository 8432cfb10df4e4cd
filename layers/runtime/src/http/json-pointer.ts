/** So long names are cut, because a problem must not be as large as the request. */
const LONGEST_STEP = 64
const MOST_STEPS = 32

/** A JSON pointer (RFC 6901). Long names and deep paths are cut. */
export function toPointer(path: readonly PropertyKey[]): string {
  return path
    .slice(0, MOST_STEPS)
    .map((step) => `/${String(step).slice(0, LONGEST_STEP).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('')
}
