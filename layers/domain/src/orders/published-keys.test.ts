import { describe, expect, it } from 'vitest'
import { IdempotencyKeyReusedError } from '../idempotency'
import { PublishedKeys } from './published-keys'

const order = (id: string, fingerprint = 'a') => ({ id, fingerprint })

describe('the published keys', () => {
  it('accept the same order again, and refuse another one with its key', () => {
    const keys = new PublishedKeys()

    keys.claim(order('1'))
    keys.claim(order('1'))
    keys.claim(order('2', 'b'))

    expect(() => keys.claim(order('1', 'b'))).toThrow(IdempotencyKeyReusedError)
    expect(() => keys.claim(order('2', 'a'))).toThrow(IdempotencyKeyReusedError)
  })

  it('forget the order that was published least recently when there are too many', () => {
    const keys = new PublishedKeys(2)

    for (const id of ['1', '2', '1', '3']) keys.claim(order(id))

    expect(() => keys.claim(order('1', 'b'))).toThrow(IdempotencyKeyReusedError)
    expect(() => keys.claim(order('2', 'b'))).not.toThrow()
  })
})
