import { describe, expect, it } from 'vitest'
import type { Attempt } from './follow-order'
import { orderRequest } from './order-request'
import type { Problem } from './shop-api'
import { adviceOf, canRepeat, newsOf, summaryOf } from './texts'

const form = { productId: 7, userId: 'visitor-1', idempotencyKey: 'key-1' }
const kafka = orderRequest({ ...form, channel: 'kafka' })
const sync = orderRequest({ ...form, channel: 'sync' })
const reply = { status: 202, responseMs: 8, body: '{}' }

function timeline(consumedMs: number, placementMs: number): NonNullable<Attempt['timeline']> {
  const stages = {
    accepted_to_consumed_ms: consumedMs,
    consumed_to_committed_ms: placementMs,
    accepted_to_committed_ms: consumedMs + placementMs,
  }
  return { id: 'order-1', status: 'confirmed', history: [], stages }
}

function refused(code: string, status: number, request = kafka): Attempt {
  const problem: Problem = {
    type: `/problems/${code}`,
    title: 'A title',
    status,
    detail: 'A detail.',
    request_id: 'r-1',
  }
  return { request, state: 'refused', reply: { ...reply, status }, problem }
}

describe('the summary of an order', () => {
  it('says when the broker confirmed it and when it was committed', () => {
    expect(summaryOf({ request: kafka, state: 'confirmed', reply, timeline: timeline(64, 9) })).toBe(
      'Kafka has confirmed the message, and the shop responded 202 after 8.00 ms. The order was committed 73 ms after ' +
        'acceptance (64 ms until a consumer received it, 9 ms for its commit).',
    )
  })

  it('has no consumer for a synchronous order', () => {
    expect(
      summaryOf({ request: sync, state: 'confirmed', reply: { ...reply, status: 201 }, timeline: timeline(0, 6) }),
    ).toBe('The shop responded 201 after 8.00 ms. The order was committed 6 ms after acceptance.')
  })

  it('does not claim that a commit took no time', () => {
    expect(summaryOf({ request: sync, state: 'confirmed', reply, timeline: timeline(0, 0) })).toContain(
      'less than 1 ms after acceptance',
    )
  })

  it('has the status and the problem of a refused order', () => {
    expect(summaryOf(refused('unavailable', 503))).toBe('503 A title after 8.00 ms. A detail.')
  })

  it('says that a slow order is safe', () => {
    expect(summaryOf({ request: kafka, state: 'pending', reply, isSlow: true })).toContain('it is safe there')
  })
})

describe('the advice', () => {
  it.each([
    [refused('unavailable', 503), 'The other channels do not need this broker'],
    [refused('unavailable', 503, sync), 'MySQL responds'],
    [refused('overloaded', 503), 'Try again in a second'],
    [refused('insufficient-stock', 409, sync), 'Add stock, or choose another product'],
    [refused('unknown-product', 422, sync), 'Choose another one'],
    [refused('internal', 500), 'request id r-1'],
    [{ request: kafka, state: 'rejected', reply, timeline: timeline(3, 2) }, 'Add stock'],
    [{ request: kafka, state: 'unknown', failure: 'No response.' }, 'at most one order'],
  ] as const)('for %j is: %s', (attempt, text) => {
    expect(adviceOf(attempt)).toContain(text)
  })

  it.each(['sending', 'pending', 'confirmed'] as const)('is empty for an order that is %s', (state) => {
    expect(adviceOf({ request: kafka, state, reply })).toBe('')
  })
})

describe('the same request', () => {
  it.each([
    [{ request: kafka, state: 'unknown' }, true],
    [refused('unavailable', 503), true],
    [refused('insufficient-stock', 409), false],
    [{ request: kafka, state: 'confirmed', reply }, false],
  ] as const)('can be repeated after %j: %s', (attempt, isPossible) => {
    expect(canRepeat(attempt)).toBe(isPossible)
  })
})

describe('the news for a screen reader', () => {
  it('begin with the channel and the end of the order', () => {
    expect(newsOf({ request: kafka, state: 'confirmed', reply, timeline: timeline(64, 9) })).toMatch(
      /^Kafka: Confirmed\. Kafka has confirmed/,
    )
  })
})
