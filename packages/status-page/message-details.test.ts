import { describe, expect, it } from 'vitest'
import { bodyText } from './message-details'

const utf8 = (body: string) => bodyText({ body, body_encoding: 'utf-8' })

describe('the body of a dead letter', () => {
  it('has line breaks if it is JSON', () => {
    expect(utf8('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}')
  })

  it.each(['{"a":', '<img src=x>', 'text'])('stays as it is if it is other text: %s', (body) => {
    expect(utf8(body)).toBe(body)
  })

  it('says that it is empty, or base64', () => {
    expect(utf8('')).toBe('(empty)')
    expect(bodyText({ body: '/w==', body_encoding: 'base64' })).toBe('base64: /w==')
  })

  it('is cut when it is long', () => {
    expect(utf8('x'.repeat(5_000))).toBe(`${'x'.repeat(4_000)} …`)
  })
})
