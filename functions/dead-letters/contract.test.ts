import { aDeadLetter, afterNoon } from '@ecommerce/testing'
import { describe, expect, it } from 'vitest'
import { getDeadLetter, listDeadLetters, toDeadLetterBody, toDeadLetterPage } from './contract'

const ID = '0123456789abcdef0123456789abcdef'

const letter = aDeadLetter({
  id: ID,
  messageId: 'order-1',
  failures: 2,
  lastFailedAt: afterNoon(5),
  actions: [{ kind: 'replayed', by: 'request-1', at: afterNoon(3) }],
})

const summary = {
  id: ID,
  broker: 'kafka',
  source: 'orders',
  position: '0-17',
  message_id: 'order-1',
  key: 'ann',
  cause: { code: 'malformed-json', detail: 'the body is not JSON' },
  status: 'open',
  failures: 2,
  first_failed_at: '2026-01-01T12:00:00.000Z',
  last_failed_at: '2026-01-01T12:00:00.005Z',
}

describe('the body of a dead letter', () => {
  it('has the original message, and what was done about it', () => {
    const body = toDeadLetterBody(letter)

    expect(body).toEqual({
      ...summary,
      headers: { traceparent: '00-trace-span-01' },
      body: 'not json',
      body_encoding: 'utf-8',
      actions: [{ kind: 'replayed', request_id: 'request-1', at: '2026-01-01T12:00:00.003Z' }],
    })
    expect(getDeadLetter.success.body.parse(body)).toEqual(body)
  })

  it.each([
    { what: 'nothing', bytes: Buffer.alloc(0) },
    { what: 'text in any script', bytes: Buffer.from('Ölkanne 💡 \u0000') },
  ])('shows $what as text', ({ bytes }) => {
    const { body, body_encoding } = toDeadLetterBody({ ...letter, body: bytes })

    expect(body_encoding).toBe('utf-8')
    expect(Buffer.from(body)).toEqual(bytes)
  })

  it.each([
    { what: 'bytes', bytes: Buffer.from([0xff, 0x00, 0x80]) },
    { what: 'half a letter', bytes: Buffer.from('💡').subarray(0, 2) },
    { what: 'half a surrogate pair', bytes: Buffer.from([0xed, 0xa0, 0x80]) },
  ])('shows $what in base64', ({ bytes }) => {
    const { body, body_encoding } = toDeadLetterBody({ ...letter, body: bytes })

    expect(body_encoding).toBe('base64')
    expect(Buffer.from(body, 'base64')).toEqual(bytes)
  })
})

describe('a page of dead letters', () => {
  it('has no messages', () => {
    const { headers: _, body: __, actions: ___, ...known } = letter

    const page = toDeadLetterPage({ items: [known], nextCursor: 'next' })

    expect(page).toEqual({ items: [summary], next_cursor: 'next' })
    expect(listDeadLetters.success.body.parse(page)).toEqual(page)
  })
})

describe('a query for dead letters', () => {
  const accepts = (query: object) => listDeadLetters.query.safeParse(query).success

  it.each([
    {},
    { status: 'open', broker: 'kafka', cause: 'rabbitmq-delivery_limit', limit: '5' },
    { status: 'discarded', broker: 'rabbitmq', cause: 'unknown' },
  ])('may be %j', (query) => {
    expect(accepts(query)).toBe(true)
  })

  it.each([
    { status: 'pending' },
    { broker: 'sync' },
    { cause: '' },
    { cause: 'é' },
    { cause: 'x'.repeat(65) },
    { limit: '0' },
    { source: 'orders' },
  ])('may not be %j', (query) => {
    expect(accepts(query)).toBe(false)
  })
})

describe('the id of a dead letter', () => {
  it.each([ID.toUpperCase(), ID.slice(1), `${ID}0`, ` ${ID.slice(1)}`, 'none', ''])('is never %j', (id) => {
    expect(getDeadLetter.params.safeParse({ id }).success).toBe(false)
  })
})
