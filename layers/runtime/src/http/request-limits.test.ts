import { httpEvent, lambdaContext } from '@ecommerce/testing'
import { describe, expect, it } from 'vitest'
import { limitsOf } from './request-limits'

const NOW = Date.parse('2026-06-01T12:00:00Z')
const DEADLINE_MS = 3_000

function deadlineOf({ arrivedAt = NOW, remainingMs = 6_000 } = {}) {
  const event = httpEvent()
  const arrived = { ...event, requestContext: { ...event.requestContext, timeEpoch: arrivedAt } }
  const context = lambdaContext({ getRemainingTimeInMillis: () => remainingMs })
  return limitsOf(arrived, context, { deadlineMs: DEADLINE_MS, wallNow: NOW, now: NOW }).deadline - NOW
}

describe('the deadline of a request', () => {
  it.each([
    { what: 'that has just arrived', arrivedAt: NOW, deadline: 3_000 },
    { what: 'that has waited for 1 s', arrivedAt: NOW - 1_000, deadline: 2_000 },
    { what: 'that has waited for too long', arrivedAt: NOW - 20_000, deadline: -17_000 },
    { what: 'of a gateway whose clock is ahead', arrivedAt: NOW + 5_000, deadline: 3_000 },
    { what: 'of a recorded event', arrivedAt: Date.parse('2020-03-12T19:03:58Z'), deadline: 3_000 },
    { what: 'without a time', arrivedAt: 0, deadline: 3_000 },
  ])('$what is $deadline ms from now', ({ arrivedAt, deadline }) => {
    expect(deadlineOf({ arrivedAt })).toBe(deadline)
  })

  it('is never later than the end of the invocation', () => {
    expect(deadlineOf({ remainingMs: 1_000 })).toBe(900)
  })
})

it('the function host says whether the client is gone', () => {
  let isGone = false
  const context = { ...lambdaContext(), caller: { isGone: () => isGone } }
  const limits = limitsOf(httpEvent(), context, { deadlineMs: DEADLINE_MS, wallNow: NOW, now: NOW })

  expect(limits.isGone?.()).toBe(false)
  isGone = true
  expect(limits.isGone?.()).toBe(true)
})
