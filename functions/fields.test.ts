import { z } from '@ecommerce/runtime'
import { anyText } from '@ecommerce/testing/any-text'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  idempotencyKey,
  limit,
  MAX_PRICE,
  noIdempotencyKey,
  price,
  prose,
  queryPrice,
  sortedText,
  text,
  toCents,
  toPrice,
  wholeNumber,
} from './fields'

const accepts = (schema: { safeParse: (input: unknown) => { success: boolean } }, input: unknown) =>
  schema.safeParse(input).success

describe('a price', () => {
  it('is the same outside and inside for every amount of cents', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MAX_PRICE * 100 }), (cents) => {
        expect(accepts(price, toPrice(cents))).toBe(true)
        expect(toCents(toPrice(cents))).toBe(cents)
        expect(queryPrice.parse((cents / 100).toFixed(2))).toBe(cents)
      }),
    )
  })

  it.each([0, 0.01, 0.07, 1.1, 4.35, 999_999.99, 1_000_000])('may be %d', (amount) => {
    expect(accepts(price, amount)).toBe(true)
  })

  it.each([-0.01, 0.001, 1.005, 1_000_000.01, '1', Number.NaN, Number.POSITIVE_INFINITY, null])(
    'may not be %j',
    (amount) => {
      expect(accepts(price, amount)).toBe(false)
    },
  )

  it.each(['', '-1', '1e3', '1.234', ' 1', '0x1', '1,5', '99999999', '1000000.01'])(
    'in a query may not be %j',
    (given) => {
      expect(accepts(queryPrice, given)).toBe(false)
    },
  )
})

describe('a whole number', () => {
  const upTo100 = wholeNumber(1, 100)

  it.each(['1', '42', '100'])('may be %j', (given) => {
    expect(upTo100.parse(given)).toBe(Number(given))
  })

  it.each(['0', '101', '', '-1', '+1', '01', '1.0', '1e1', '0x1', ' 1', '１', 'NaN', '9'.repeat(400)])(
    'may not be %j',
    (given) => {
      expect(accepts(upTo100, given)).toBe(false)
    },
  )

  it('is 20 for a page without a limit', () => {
    expect(limit.parse(undefined)).toBe(20)
  })
})

describe('a line of text', () => {
  it('is trimmed', () => {
    expect(text(10).parse('  Lamp 💡 ')).toBe('Lamp 💡')
  })

  it.each(['', '   ', 'x'.repeat(11), '💡'.repeat(11), '\ud800', 'a\udc00', 7, null])('may not be %j', (given) => {
    expect(accepts(text(10), given)).toBe(false)
  })

  it('counts a character once, however many bytes it has', () => {
    const [enough, tooShort] = [prose(10), prose(9)]

    fc.assert(
      fc.property(anyText({ minLength: 10, maxLength: 10 }), (given) => {
        expect(accepts(enough, given)).toBe(true)
        expect(accepts(tooShort, given)).toBe(false)
      }),
    )
    expect(accepts(text(10), '💡'.repeat(10))).toBe(true)
  })

  it('has its limit in the JSON Schema', () => {
    expect(z.toJSONSchema(text(10))).toMatchObject({ minLength: 1, maxLength: 10 })
  })
})

describe('a text by which lists are sorted', () => {
  const sorted = sortedText(200)

  it.each(['Lamp', 'x'.repeat(200), '日', '한'.repeat(200), 'ệ'.repeat(200), '💡'.repeat(200), '\u0000'.repeat(200)])(
    'may be %j',
    (given) => {
      expect(accepts(sorted, given)).toBe(true)
    },
  )

  it('may stand for at most 256 characters, so that MySQL sorts by all of them', () => {
    expect(accepts(sorted, `${'\ufdfa'.repeat(14)}abcd`)).toBe(true)
    expect(accepts(sorted, `${'\ufdfa'.repeat(14)}abcde`)).toBe(false)
    expect(accepts(sorted, '\ufdfa'.repeat(200))).toBe(false)
  })

  it('has its limit in the JSON Schema', () => {
    expect(z.toJSONSchema(sorted)).toMatchObject({ minLength: 1, maxLength: 200 })
  })
})

describe('the header Idempotency-Key', () => {
  const supported = idempotencyKey('')
  const refused = noIdempotencyKey('it is not needed')

  it.each(['a', '!"#~', '"quoted"', 'x'.repeat(128)])('may be %j', (key) => {
    expect(supported.parse(key)).toBe(key)
  })

  it.each(['', ' ', 'a b', 'a,b', 'a, b', 'x'.repeat(129), 'é', '\u0000', '\t', '\u007f'])('may not be %j', (key) => {
    expect(accepts(supported, key)).toBe(false)
  })

  it('may be absent everywhere, and may not be present where it is not supported', () => {
    expect(accepts(supported, undefined)).toBe(true)
    expect(accepts(refused, undefined)).toBe(true)
    for (const key of ['a', '']) expect(accepts(refused, key)).toBe(false)
  })
})
