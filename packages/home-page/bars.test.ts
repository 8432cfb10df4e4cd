import { describe, expect, it } from 'vitest'
import { barsOf, scaleOf } from './bars'
import type { Attempt } from './follow-order'
import { orderRequest } from './order-request'

const request = orderRequest({ channel: 'kafka', productId: 7, userId: 'visitor-1', idempotencyKey: 'key-1' })
const pending: Attempt = { request, state: 'pending', reply: { status: 202, responseMs: 8, body: '{}' } }
const stages = { accepted_to_consumed_ms: 64, consumed_to_committed_ms: 9, accepted_to_committed_ms: 73 }

describe('the bars of an order', () => {
  it('are absent before the response', () => {
    expect(barsOf({ request, state: 'sending' }, 50)).toEqual([])
  })

  it('are absent for an order that was not accepted', () => {
    expect(barsOf({ ...pending, state: 'refused', reply: { status: 503, responseMs: 2_989, body: '{}' } }, 0)).toEqual(
      [],
    )
  })

  it('grow while the order is pending', () => {
    expect(barsOf(pending, 50)).toEqual([
      { part: 'response', fromMs: 0, toMs: 8 },
      { part: 'elapsed', fromMs: 0, toMs: 50 },
    ])
  })

  it('show no elapsed time for an order that is slow', () => {
    expect(barsOf({ ...pending, isSlow: true }, 12_000).map(({ part }) => part)).toEqual(['response'])
  })

  it('show the stages of a committed order, one after the other', () => {
    const committed: Attempt = {
      ...pending,
      state: 'confirmed',
      timeline: { id: 'order-1', status: 'confirmed', history: [], stages },
    }

    expect(barsOf(committed, 500)).toEqual([
      { part: 'response', fromMs: 0, toMs: 8 },
      { part: 'toConsumed', fromMs: 0, toMs: 64 },
      { part: 'toCommitted', fromMs: 64, toMs: 73 },
    ])
  })
})

describe('the scale of all orders', () => {
  it('begins at 0 and has room for the longest bar', () => {
    const { topMs, ticks } = scaleOf([{ part: 'toCommitted', fromMs: 64, toMs: 73 }])

    expect(topMs).toBe(80)
    expect(ticks.map(({ label }) => label)).toEqual(['0 ms', '16 ms', '32 ms', '48 ms', '64 ms', '80 ms'])
  })

  it('has a shortest length, so that a fast order does not look slow', () => {
    expect(scaleOf([]).topMs).toBe(20)
    expect(scaleOf([{ part: 'response', fromMs: 0, toMs: 2 }]).topMs).toBe(20)
  })
})
