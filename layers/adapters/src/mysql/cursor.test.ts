import { InvalidInputError, MAX_CURSOR_LENGTH } from '@ecommerce/domain'
import { anyText } from '@ecommerce/testing/any-text'
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

  it('is refused when a part has another type, although the checksum is right', () => {
    const forge = (part: unknown) => encodeCursor(query, [part] as [number])

    for (const part of [null, 'x', '1', -1, 1.5, 1e300, true, {}, [1]]) {
      expect(() => decodeCursor(query, forge(part), ['count']), JSON.stringify(part)).toThrow(InvalidInputError)
    }
    expect(() => decodeCursor(query, forge(1), ['text'])).toThrow(InvalidInputError)
  })

  it('is refused after any change of its characters', () => {
    const cursor = encodeCursor(query, ['Lamp', 17])
    const alphabet = 'abcXYZ019-_+/=% '

    fc.assert(
      fc.property(
        fc.nat({ max: cursor.length }),
        fc.constantFrom(...alphabet),
        fc.boolean(),
        (at, character, insert) => {
          const changed = cursor.slice(0, at) + character + cursor.slice(insert ? at : at + 1)
          fc.pre(changed !== cursor)
          expect(() => decodeCursor(query, changed, ['text', 'count'])).toThrow(InvalidInputError)
        },
      ),
    )
  })

  it('is refused when it has the position of another cursor', () => {
    const position = (cursor: string) => JSON.parse(Buffer.from(cursor, 'base64url').toString()).slice(1)
    const [checksum] = JSON.parse(Buffer.from(encodeCursor(query, [1]), 'base64url').toString())
    const mixed = Buffer.from(JSON.stringify([checksum, ...position(encodeCursor(query, [2]))])).toString('base64url')

    expect(() => decodeCursor(query, mixed, ['count'])).toThrow(InvalidInputError)
  })

  it('is never longer than the limit, whatever name it contains', () => {
    const longest = fc.constantFrom(...'\u0000"日').map((character) => character.repeat(200))
    const names = fc.oneof(longest, fc.constant('💡'.repeat(200)), anyText({ minLength: 200, maxLength: 200 }))

    fc.assert(
      fc.property(names, (name) => {
        const position = [name, Number.MAX_SAFE_INTEGER]
        const cursor = encodeCursor(query, position)
        expect(cursor.length).toBeLessThanOrEqual(MAX_CURSOR_LENGTH)
        expect(decodeCursor(query, cursor, ['text', 'count'])).toEqual(position)
      }),
      { numRuns: 50 },
    )
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
      expect.objectContaining({
        fields: [{ pointer: '/cursor', detail: 'is not the next_cursor of a page with these filters and this sort' }],
      }),
    )
  })
})
