import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findDuplicateMember } from './duplicate-members'

const find = (text: string) => findDuplicateMember(text, JSON.parse(text))

describe('a duplicate member', () => {
  it.each([
    ['{"a":1,"a":1}', ['a']],
    ['{"a":1, "\\u0061" : 1}', ['a']],
    ['{"":1,"":1}', ['']],
    ['{"__proto__":1,"__proto__":2}', ['__proto__']],
    ['[{"a":1},{"b":2,"b":3}]', ['1', 'b']],
    ['{"a":{"b":[0,{"c":1,"c":2}]}}', ['a', 'b', '1', 'c']],
    ['{"a":":","b":"\\"","a":"{}"}', ['a']],
  ])('of %s is found', (text, path) => {
    expect(find(text)).toEqual(path)
  })

  it.each([
    '{}',
    '{"a":{"a":1}}',
    '[{"a":1},{"a":1}]',
    '{"a":"b","b":"a"}',
    '{"a":"a:a"}',
    '"a:a"',
    '{"__proto__":1}',
    'null',
  ])('is not in %s', (text) => {
    expect(find(text)).toBeUndefined()
  })

  it('is not in what JSON.stringify writes', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(3),
        (text, space) => find(JSON.stringify(JSON.parse(text), undefined, space)) === undefined,
      ),
    )
  })

  it('is found wherever a member of any value is repeated', () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), fc.jsonValue(), (name, first, second) => {
        const member = JSON.stringify(name)
        const text = `[{${member}:${JSON.stringify(first)},${member}:${JSON.stringify(second)}}]`
        expect(find(text)).toEqual(['0', name])
      }),
    )
  })

  it('does not overflow the stack', () => {
    const depth = 16_000

    expect(find(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`)).toBeUndefined()
  })
})
