import { describe, expect, it } from 'vitest'
import { failedPrecondition, parseEntityTags } from './entity-tags'

const strong = (opaque: string) => ({ isWeak: false, opaque })
const weak = (opaque: string) => ({ isWeak: true, opaque })

describe('entity tags', () => {
  it.each([
    ['*', '*'],
    [' * ', '*'],
    ['"a"', [strong('"a"')]],
    ['W/"a"', [weak('"a"')]],
    ['""', [strong('""')]],
    ['"a","b"', [strong('"a"'), strong('"b"')]],
    [' "a" , W/"b" ', [strong('"a"'), weak('"b"')]],
    [',, "a",', [strong('"a"')]],
    ['"a,b"', [strong('"a,b"')]],
    ['"!#~\u00e9"', [strong('"!#~\u00e9"')]],
  ])('of %j are parsed as RFC 9110 defines', (text, tags) => {
    expect(parseEntityTags(text)).toEqual(tags)
  })

  it.each(['', ' ', ',', 'a', '"a', 'a"', "'a'", 'w/"a"', 'W/ "a"', '"a" "b"', '*, "a"', '**', '"a b"', '"a"b"'])(
    'are not in %j',
    (text) => {
      expect(parseEntityTags(text)).toBeUndefined()
    },
  )
})

describe('a precondition', () => {
  const failed = (header: { match?: string; noneMatch?: string }, etag: string | undefined = '"a"') =>
    failedPrecondition(
      {
        match: header.match === undefined ? undefined : parseEntityTags(header.match),
        noneMatch: header.noneMatch === undefined ? undefined : parseEntityTags(header.noneMatch),
      },
      etag,
    )

  it.each([
    [{ match: '"a"' }, undefined],
    [{ match: '"b", "a"' }, undefined],
    [{ match: '*' }, undefined],
    [{ match: '"b"' }, 'match'],
    [{ match: 'W/"a"' }, 'match'],
    [{ noneMatch: '"b"' }, undefined],
    [{ noneMatch: '"a"' }, 'none-match'],
    [{ noneMatch: 'W/"a"' }, 'none-match'],
    [{ noneMatch: '*' }, 'none-match'],
    [{ match: '"b"', noneMatch: '"a"' }, 'match'],
    [{ match: '"a"', noneMatch: '"a"' }, 'none-match'],
    [{ match: '"a"', noneMatch: '"b"' }, undefined],
  ])('%j is evaluated in the order of RFC 9110: %s', (header, expected) => {
    expect(failed(header)).toBe(expected)
  })

  it('fails for a tag where the representation has none', () => {
    expect(failedPrecondition({ match: [strong('"a"')] }, undefined)).toBe('match')
    expect(failedPrecondition({ noneMatch: [strong('"a"')] }, undefined)).toBeUndefined()
  })
})
