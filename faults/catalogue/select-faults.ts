/**
 * The faults that match one of the patterns: an id such as `mysql:partition`, with `*` for any characters.
 * @returns the patterns that match nothing
 */
export function selectFaults<Item extends { readonly id: string }>(
  catalogue: readonly Item[],
  patterns: readonly string[],
): { readonly faults: readonly Item[]; readonly unmatched: readonly string[] } {
  const matchers = patterns.map((pattern) => ({ pattern, matcher: toRegExp(pattern) }))
  return {
    faults: catalogue.filter(({ id }) => matchers.some(({ matcher }) => matcher.test(id))),
    unmatched: matchers.flatMap(({ pattern, matcher }) =>
      catalogue.some(({ id }) => matcher.test(id)) ? [] : [pattern],
    ),
  }
}

function toRegExp(pattern: string): RegExp {
  const literals = pattern.split('*').map((literal) => literal.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${literals.join('.*')}$`)
}
