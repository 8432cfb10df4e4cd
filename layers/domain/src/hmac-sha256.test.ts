import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createHmacSha256 } from './hmac-sha256'

const texts = fc.string({ unit: 'binary', maxLength: 200 })

it('computes the same HMAC as node:crypto, for any key and data and after any earlier call', () => {
  fc.assert(
    fc.property(texts, fc.array(texts), (secret, several) => {
      const hmac = createHmacSha256(secret)
      for (const data of several) expect(hmac(data)).toBe(createHmac('sha256', secret).update(data).digest('hex'))
    }),
  )
})

it('accepts data as hexadecimal digits too', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (data) => {
      const digits = Buffer.from(data).toString('hex')
      expect(createHmacSha256('key')(digits, 'hex')).toBe(createHmac('sha256', 'key').update(data).digest('hex'))
    }),
  )
})

it('encodes text as UTF-8', () => {
  expect(createHmacSha256('key')('Zürich')).toBe(createHmac('sha256', 'key').update('Zürich', 'utf8').digest('hex'))
})
