import { NOON } from '@ecommerce/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DeadMessage, deadLettered } from './dead-letter-message'
import { type ConsumedDeadLetter, replayOf, toDeadLetter } from './to-dead-letter'

const LATER = new Date(NOON.getTime() + 60_000)
const CAUSE = { code: 'invalid-message', detail: 'no order' }

/** A message as the consumer of orders received it. */
function aMessage(overrides: Partial<DeadMessage> = {}): DeadMessage {
  return {
    source: 'orders',
    position: '0-17',
    id: 'order-1',
    key: 'ann',
    headers: { traceparent: '00-1-2-03' },
    body: Buffer.from('{}'),
    ...overrides,
  }
}

/** The message as the consumer of dead letters receives it from the consumer of orders. */
function sent(message: DeadMessage, cause = CAUSE): ConsumedDeadLetter {
  const { id, key, headers, body } = deadLettered(message, cause, NOON)
  return { broker: 'kafka', source: 'orders.dlq', position: '1-3', id, key, headers, body: Buffer.from(body) }
}

/** The message as RabbitMQ dead-letters it. */
function expired(overrides: Partial<ConsumedDeadLetter> = {}): ConsumedDeadLetter {
  return {
    broker: 'rabbitmq',
    source: 'orders.dlq',
    id: 'order-1',
    headers: {
      'accepted-at-us': '1',
      'x-death': '[{"count":1}]',
      'x-first-death-exchange': 'orders',
      'x-first-death-queue': 'orders',
      'x-first-death-reason': 'expired',
      'x-last-death-reason': 'expired',
      'x-delivery-count': '3',
    },
    body: Buffer.from('{}'),
    ...overrides,
  }
}

describe('a dead letter', () => {
  it('from a consumer has the source, the position and the cause of the failure', () => {
    expect(toDeadLetter(sent(aMessage()), LATER)).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      broker: 'kafka',
      source: 'orders',
      position: '0-17',
      messageId: 'order-1',
      key: 'ann',
      headers: { traceparent: '00-1-2-03' },
      body: Buffer.from('{}'),
      cause: CAUSE,
      status: 'open',
      failures: 1,
      firstFailedAt: NOON,
      lastFailedAt: NOON,
      actions: [],
    })
  })

  it('from RabbitMQ has the reason of RabbitMQ, and only the original headers', () => {
    expect(toDeadLetter(expired(), LATER)).toMatchObject({
      source: 'orders',
      position: undefined,
      cause: { code: 'rabbitmq-expired', detail: expect.stringContaining('expired') },
      headers: { 'accepted-at-us': '1' },
      lastFailedAt: LATER,
    })
    expect(Object.keys(toDeadLetter(expired(), LATER).headers)).toEqual(['accepted-at-us'])
  })

  it('is kept even when it has no cause', () => {
    expect(toDeadLetter({ ...aMessage(), broker: 'kafka', source: 'orders.dlq' }, LATER)).toMatchObject({
      source: 'orders.dlq',
      position: '0-17',
      cause: { code: 'unknown' },
      lastFailedAt: LATER,
    })
  })

  it('has no key when the message has none', () => {
    expect(toDeadLetter(sent(aMessage({ key: undefined })), LATER).key).toBeUndefined()
  })

  it('does not list the message id among the headers', () => {
    const letter = toDeadLetter(sent(aMessage({ headers: { 'message-id': 'order-1', other: '1' } })), LATER)

    expect(letter.headers).toEqual({ other: '1' })
  })

  it('drops a header whose name is too long to store', () => {
    const headers = { ['x'.repeat(255)]: '1', ['x'.repeat(256)]: '2' }

    expect(toDeadLetter(sent(aMessage({ headers })), LATER).headers).toEqual({ ['x'.repeat(255)]: '1' })
  })

  it.each([
    '',
    'yesterday',
    '1',
    '2001',
    'Jan 1, 2026',
    '0001-01-01T00:00:00.000Z',
    '1970-01-01T00:00:00.000Z',
    '2024-12-31T23:59:59.999Z',
    '2025-13-01T00:00:00.000Z',
    '-271821-04-20T00:00:00.000Z',
    '+275760-09-13T00:00:00.000Z',
    '2999-01-01T00:00:00Z',
  ])('replaces the invalid failure time %j by the current time', (at) => {
    const message = sent(aMessage())

    const letter = toDeadLetter({ ...message, headers: { ...message.headers, 'dead-letter-at': at } }, LATER)

    expect(letter.lastFailedAt).toEqual(LATER)
  })

  it('fits into the store, whatever its headers contain', { timeout: 30_000 }, () => {
    const names = fc.constantFrom('cause', 'detail', 'source', 'position', 'at', 'replay')
    const headers = fc.dictionary(
      names.map((name) => `dead-letter-${name}`),
      fc.string({ maxLength: 2_000, unit: 'binary' }),
    )
    fc.assert(
      fc.property(headers, (given) => {
        const letter = toDeadLetter({ ...expired(), headers: given }, LATER)

        expect(letter.cause.code).toMatch(/^[\w.-]{1,64}$/)
        expect(letter.cause.detail.length).toBeLessThanOrEqual(1_000)
        expect(letter.source.length).toBeLessThanOrEqual(255)
        expect(letter.position?.length ?? 0).toBeLessThanOrEqual(64)
        expect(letter.lastFailedAt.getTime()).toBeGreaterThanOrEqual(0)
        expect(letter.lastFailedAt.getTime()).toBeLessThanOrEqual(LATER.getTime())
        expect(letter.failures).toBeGreaterThanOrEqual(1)
        expect(letter.failures).toBeLessThanOrEqual(1_000_000)
        expect(letter.headers).toEqual({})
      }),
    )
  })
})

describe('the id of a dead letter', () => {
  const idOf = (message: ConsumedDeadLetter) => toDeadLetter(message, LATER).id

  it.each([
    { what: 'delivered again', other: { ...sent(aMessage()), position: '1-4' } },
    { what: 'published again for another reason', other: sent(aMessage(), { code: 'malformed-json', detail: '' }) },
    { what: 'failing in another position', other: sent(aMessage({ position: '2-9' })) },
  ])('is the same for a message $what', ({ other }) => {
    expect(idOf(other)).toBe(idOf(sent(aMessage())))
  })

  it.each([
    { what: 'broker', other: { ...sent(aMessage()), broker: 'rabbitmq' as const } },
    { what: 'source', other: sent(aMessage({ source: 'other' })) },
    { what: 'message id', other: sent(aMessage({ id: 'order-2' })) },
    { what: 'body', other: sent(aMessage({ body: Buffer.from('{ }') })) },
  ])('differs for another $what', ({ other }) => {
    expect(idOf(other)).not.toBe(idOf(sent(aMessage())))
  })

  it('differs for messages without an id in different positions', () => {
    const [here, there] = [aMessage({ id: undefined }), aMessage({ id: undefined, position: '0-18' })]

    expect(idOf(sent(here))).toBe(idOf(sent(here)))
    expect(idOf(sent(here))).not.toBe(idOf(sent(there)))
  })

  it('differs for messages with neither id nor position if their bodies differ', () => {
    const [one, other] = [expired({ id: undefined }), expired({ id: undefined, body: Buffer.from('x') })]

    expect(idOf(one)).toBe(idOf(one))
    expect(idOf(one)).not.toBe(idOf(other))
    expect(toDeadLetter(one, LATER).messageId).not.toBe(toDeadLetter(other, LATER).messageId)
  })
})

describe('a replay', () => {
  it('is the original message with the number of failures before it', () => {
    const message = aMessage({ body: Buffer.from([0xff, 0x00, 0x80]) })

    const replay = replayOf(toDeadLetter(sent(message), LATER))

    expect(replay).toEqual({
      id: 'order-1',
      key: 'ann',
      body: message.body,
      headers: { traceparent: '00-1-2-03', 'dead-letter-replay': '1' },
    })
  })

  it.each([
    { what: 'an id', id: 'order-1', position: '0-17' },
    { what: 'a position only', id: undefined, position: '0-17' },
    { what: 'neither id nor position', id: undefined, position: undefined },
  ])(
    'that fails again counts as the next failure of the same dead letter, for a message with $what',
    ({ id, position }) => {
      const first = toDeadLetter(sent(aMessage({ id, position })), LATER)

      const replay = replayOf(first)
      const again = aMessage({ ...replay, body: first.body, position: position && '0-99' })

      expect(toDeadLetter(sent(again), LATER)).toMatchObject({ id: first.id, failures: 2, headers: first.headers })
    },
  )

  it('of a message that RabbitMQ dead-lettered is recognised when RabbitMQ dead-letters it again', () => {
    const first = toDeadLetter(expired({ id: undefined }), LATER)

    const { id, headers } = replayOf(first)

    expect(headers).toEqual({ 'accepted-at-us': '1', 'dead-letter-replay': '1' })
    const again = expired({ id, headers: { ...expired().headers, ...headers } })
    expect(toDeadLetter(again, LATER)).toMatchObject({ id: first.id, failures: 2 })
  })
})
