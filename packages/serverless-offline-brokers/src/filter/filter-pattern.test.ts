import { describe, expect, it } from 'vitest'
import { compileFilters, type FilterPattern } from './filter-pattern'

/** Returns whether a record with this body passes this one pattern. */
function matches(pattern: FilterPattern, body: string | Buffer | null): boolean {
  return compileFilters([pattern], 'value')(body === null ? null : Buffer.from(body))
}

const ofPrice = (...rules: unknown[]): FilterPattern => ({ value: { price: rules } })

describe('a rule', () => {
  it.each<[rule: string, rules: unknown[], matching: string[], other: string[]]>([
    ['null', [null], ['{"price":null}'], ['{"price":"null"}', '{"price":0}', '{}']],
    ['""', [''], ['{"price":""}'], ['{"price":" "}', '{"price":null}', '{}']],
    ['equals', ['low'], ['{"price":"low"}'], ['{"price":"LOW"}', '{"price":["high"]}', '{}']],
    ['equals, of a boolean', [true], ['{"price":true}'], ['{"price":false}', '{"price":"true"}']],
    ['one of several', ['low', 300], ['{"price":"low"}', '{"price":300}'], ['{"price":"300"}', '{"price":301}']],
    [
      'equals-ignore-case',
      [{ 'equals-ignore-case': 'Low' }],
      ['{"price":"lOW"}'],
      ['{"price":"lows"}', '{"price":null}', '{"price":1}'],
    ],
    [
      'anything-but',
      [{ 'anything-but': 'low' }],
      ['{"price":"high"}', '{"price":1}', '{"price":null}'],
      ['{"price":"low"}', '{}'],
    ],
    ['anything-but, a list', [{ 'anything-but': [1, 2] }], ['{"price":3}', '{"price":"1"}'], ['{"price":2}']],
    ['numeric =', [{ numeric: ['=', 100] }], ['{"price":100}', '{"price":1e2}'], ['{"price":101}', '{"price":"100"}']],
    [
      'numeric, a range',
      [{ numeric: ['>', 10, '<=', 20] }],
      ['{"price":20}', '{"price":10.1}'],
      ['{"price":10}', '{"price":21}'],
    ],
    ['numeric <', [{ numeric: ['<', 0] }], ['{"price":-0.5}'], ['{"price":0}', '{"price":null}']],
    ['numeric >=', [{ numeric: ['>=', 5] }], ['{"price":5}'], ['{"price":4.9}']],
    ['exists', [{ exists: true }], ['{"price":0}', '{"price":null}'], ['{}', '{"price":{"net":1}}', '{"price":[]}']],
    ['exists not', [{ exists: false }], ['{}', '{"price":{"net":1}}', '[]'], ['{"price":null}', '{"price":""}']],
    ['prefix', [{ prefix: 'lo' }], ['{"price":"low"}'], ['{"price":"slow"}', '{"price":1}']],
    ['suffix', [{ suffix: 'ow' }], ['{"price":"low"}'], ['{"price":"owe"}', '{"price":1}']],
    ['suffix, of the value itself', [{ suffix: 'slow' }], ['{"price":"slow"}'], ['{"price":"low"}']],
  ])('%s decides', (_rule, rules, matching, other) => {
    expect(matching.filter((body) => !matches(ofPrice(...rules), body))).toEqual([])
    expect(other.filter((body) => matches(ofPrice(...rules), body))).toEqual([])
  })

  it('compares numbers as text, as AWS does', () => {
    expect(matches(ofPrice(300), '{"price":300}')).toBe(true)
    expect(matches(ofPrice(300), '{"price":300.0}')).toBe(false)
    expect(matches(ofPrice(300), '{"price":3e2}')).toBe(false)
    expect(matches(ofPrice({ 'anything-but': 300 }), '{"price":300.0}')).toBe(true)
    expect(matches(ofPrice({ numeric: ['=', 300] }), '{"price":300.0}')).toBe(true)
  })

  it('matches a list by each of its elements', () => {
    expect(matches(ofPrice('low'), '{"price":["high","low"]}')).toBe(true)
    expect(matches({ value: { lines: { sku: ['a'], count: [2] } } }, '{"lines":[{"sku":"a","count":2}]}')).toBe(true)
    expect(
      matches(
        { value: { lines: { sku: ['a'], count: [2] } } },
        '{"lines":[{"sku":"a","count":1},{"sku":"b","count":2}]}',
      ),
    ).toBe(false)
  })

  it('matches strings and member names with any characters', () => {
    const body = JSON.stringify({ 'a "quoted\\" 5': { b: 'x\\"7,"' } })

    expect(matches({ value: { 'a "quoted\\" 5': { b: ['x\\"7,"'] } } }, body)).toBe(true)
    expect(matches({ value: { 'a "quoted\\" 5': { b: ['x'] } } }, body)).toBe(false)
    expect(matches({ value: { constructor: [{ exists: true }] } }, body)).toBe(false)
  })

  it('works for a body of the largest size', () => {
    const body = JSON.stringify({ text: 'x\\"1'.repeat(1_500_000), price: 300 })

    expect(matches(ofPrice(300), body)).toBe(true)
    expect(matches(ofPrice(301), body)).toBe(false)
  })
})

describe('several rules', () => {
  it('must all match within a pattern', () => {
    const pattern = { value: { price: [300], stock: [{ exists: true }] } }

    expect(matches(pattern, '{"price":300,"stock":1}')).toBe(true)
    expect(matches(pattern, '{"price":300}')).toBe(false)
  })

  it('need only one match under $or, at any depth', () => {
    const pattern = { value: { item: { $or: [{ price: [300] }, { stock: [0] }], name: ['a'] } } }

    expect(matches(pattern, '{"item":{"name":"a","stock":0}}')).toBe(true)
    expect(matches(pattern, '{"item":{"name":"b","stock":0}}')).toBe(false)
    expect(matches(pattern, '{"item":{"name":"a","stock":1}}')).toBe(false)
  })

  it('need only one match under $or of whole patterns', () => {
    const pattern = { $or: [{ value: { a: [1] } }, { value: { b: [1] } }] }

    expect(matches(pattern, '{"b":1}')).toBe(true)
    expect(matches(pattern, '{"c":1}')).toBe(false)
  })

  it('need only one matching pattern; without patterns every record passes', () => {
    const filter = compileFilters([{ data: { a: [1] } }, { data: { b: [1] } }], 'data')

    expect(filter(Buffer.from('{"b":1}'))).toBe(true)
    expect(filter(Buffer.from('{"c":1}'))).toBe(false)
    expect(compileFilters([], 'data')(Buffer.from('x'))).toBe(true)
  })
})

describe('the format of a body', () => {
  const PLAIN: FilterPattern = { value: [{ prefix: 'Result: ' }] }
  const JSON_PATTERN: FilterPattern = ofPrice(300)

  it('is plain text for a pattern of rules', () => {
    expect(matches(PLAIN, 'Result: 1')).toBe(true)
    expect(matches(PLAIN, 'No result')).toBe(false)
    expect(matches({ value: ['300'] }, '300')).toBe(true)
    expect(matches({ value: [''] }, '')).toBe(true)
  })

  it('may differ from that of the pattern: the record passes', () => {
    expect(matches(JSON_PATTERN, 'not JSON')).toBe(true)
    expect(matches(JSON_PATTERN, '{"price":')).toBe(true)
    expect(matches(JSON_PATTERN, '301')).toBe(true)
    expect(matches(PLAIN, '{"a":"No result"}')).toBe(true)
    expect(matches(PLAIN, ' ["No result"]')).toBe(true)
  })

  it('may be other than UTF-8: the record passes', () => {
    const utf16 = Buffer.from('No result', 'utf16le')

    expect(matches(PLAIN, Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]))).toBe(true)
    expect(matches(JSON_PATTERN, Buffer.from([0xc3, 0x28]))).toBe(true)
  })

  it('is null for a plain text pattern when there is no body', () => {
    expect(matches({ value: [null] }, null)).toBe(true)
    expect(matches(PLAIN, null)).toBe(false)
    expect(matches(JSON_PATTERN, null)).toBe(true)
  })
})

describe('a pattern without a documented meaning', () => {
  it.each<[pattern: FilterPattern, message: string]>([
    [{ key: ['a'] }, 'filterPatterns[0].key: AWS filters these records by `value` only'],
    [{}, 'filterPatterns[0]: is empty'],
    [{ value: 'a' }, 'filterPatterns[0].value: is neither a list of rules nor an object'],
    [{ value: {} }, 'filterPatterns[0].value: is empty'],
    [{ value: [] }, 'filterPatterns[0].value: has no rule, so nothing would match'],
    [{ value: [[1]] }, 'filterPatterns[0].value[0]: is not a rule'],
    [{ $or: {} }, 'filterPatterns[0].$or: is not a list of patterns'],
    [{ value: { $or: [1] } }, 'filterPatterns[0].value.$or[0]: is not an object'],
    [ofPrice({ prefix: 1 }), 'filterPatterns[0].value.price[0].prefix: is not a string'],
    [ofPrice({ exists: 'yes' }), 'filterPatterns[0].value.price[0].exists: is not a boolean'],
    [
      ofPrice({ numeric: ['>'] }),
      'filterPatterns[0].value.price[0].numeric: is not like ["=", 100] or [">", 10, "<=", 20]',
    ],
    [
      ofPrice({ numeric: [] }),
      'filterPatterns[0].value.price[0].numeric: is not like ["=", 100] or [">", 10, "<=", 20]',
    ],
    [ofPrice({ numeric: ['>', 1, '<', 2, '=', 3] }), 'filterPatterns[0].value.price[0].numeric: is not like'],
    [ofPrice({ 'anything-but': ['a', 1] }), 'only strings or only numbers'],
    [ofPrice({ 'anything-but': { prefix: 'a' } }), 'only strings or only numbers'],
    [ofPrice({ wildcard: 'a*' }), 'filterPatterns[0].value.price[0]: is not one of the rules that AWS documents'],
    [
      ofPrice({ prefix: 'a', suffix: 'b' }),
      'filterPatterns[0].value.price[0]: is not one of the rules that AWS documents',
    ],
    [{ value: ['x'.repeat(4096)] }, 'filterPatterns[0]: is longer than 4096 characters'],
  ])('is refused with its path: %j', (pattern, message) => {
    expect(() => compileFilters([pattern], 'value')).toThrow(message)
  })
})
