import { InvalidInputError } from '@ecommerce/domain'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeCursor, encodeCursor } from './cursor'

const query = { search: 'lamp', sort: 'name' }

describe('a cursor', () => {
  it('decodes to its position', () => {
    const positions = fc.tuple(fc.string({ unit: 'grapheme' }), fc.maxSafeNat())

    fc.assert(
      fc.property(positions, (position) => {
        expect(decodeCursor(query, encodeCursor(query, position), ['text', 'count'])).toEqual(position)
      }),
    )
  })

  it('needs no encoding in a URL', () => {
    fc.assert(fc.property(fc.string(), (name) => /^[\w-]+$/.test(encodeCursor(query, [name, 1]))))
  })

  it('is valid for every page size of its query', () => {
    const cursor = encodeCursor({ ...query, limit: 10 }, [1])

    expect(decodeCursor({ ...query, limit: 50, cursor }, cursor, ['count'])).toEqual([1])
  })

  it.each([
    { other: 'other words', ofQuery: { search: 'chair', sort: 'name' } },
    { other: 'another sort', ofQuery: { search: 'lamp', sort: 'price' } },
    { other: 'more filters', ofQuery: { ...query, inStock: true } },
    { other: 'fewer filters', ofQuery: { search: 'lamp' } },
    { other: 'no filters', ofQuery: {} },
  ])('is refused by a query with $other', ({ ofQuery }) => {
    expect(() => decodeCursor(ofQuery, encodeCursor(query, ['a', 1]), ['text', 'count'])).toThrow(InvalidInputError)
  })

  it('is refused when it has another number of parts', () => {
    expect(() => decodeCursor(query, encodeCursor(query, [1]), ['count', 'count'])).toThrow(InvalidInputError)
    expect(() => decodeCursor(query, encodeCursor(query, [1, 2, 3]), ['count', 'count'])).toThrow(InvalidInputError)
  })

  it('is refused when a part has another type, although the hash is right', () => {
    const mark = JSON.parse(Buffer.from(encodeCursor(query, []), 'base64url').toString())[0]
    const forge = (part: unknown) => Buffer.from(JSON.stringify([mark, part])).toString('base64url')

    for (const part of [null, 'x', '1', -1, 1.5, 1e300, true, {}, [1]]) {
      expect(() => decodeCursor(query, forge(part), ['count']), JSON.stringify(part)).toThrow(InvalidInputError)
    }
    expect(() => decodeCursor(query, forge(1), ['text'])).toThrow(InvalidInputError)
  })

  it('is refused when it is any other text, and causes no other error', () => {
    const garbage = fc.oneof(
      fc.string(),
      fc.json().map((json) => Buffer.from(json).toString('base64url')),
    )

    fc.assert(
      fc.property(garbage, (cursor) => {
        expect(() => decodeCursor(query, cursor, ['count'])).toThrow(InvalidInputError)
      }),
    )
  })

  it('is named by its pointer when it is refused', () => {
    expect(() => decodeCursor(query, 'x', ['count'])).toThrow(
      expect.objectContaining({ fields: [{ pointer: '/cursor', detail: 'is not a cursor of this query' }] }),
    )
  })
})
