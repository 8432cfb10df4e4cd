import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createHmacSha256 } from './hmac-sha256'

it('is what node:crypto makes of the same key and data, whatever their length', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), fc.uint8Array({ maxLength: 200 }), (secret, data) => {
      const expected = createHmac('sha256', secret).update(data).digest()
      expect(createHmacSha256(secret)(Buffer.from(data))).toEqual(expected)
    }),
  )
})

it('takes text as UTF-8', () => {
  expect(createHmacSha256('key')('Zürich')).toEqual(createHmac('sha256', 'key').update('Zürich').digest())
})
