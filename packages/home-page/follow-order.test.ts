import { describe, expect, it } from 'vitest'
import { type Attempt, type FollowParts, placeAndFollow } from './follow-order'
import { orderRequest } from './order-request'
import { ProblemError, type Reply, type Timeline, toProblem } from './shop-api'

const request = orderRequest({ channel: 'kafka', productId: 7, userId: 'visitor-1', idempotencyKey: 'key-1' })
const accepted: Reply = { status: 202, responseMs: 8, body: '{"id":"order-1","status":"pending"}' }
const pending: Timeline = { id: 'order-1', status: 'pending', history: [] }
const confirmed: Timeline = {
  ...pending,
  status: 'confirmed',
  stages: { accepted_to_consumed_ms: 64, consumed_to_committed_ms: 9, accepted_to_committed_ms: 73 },
}

function problemReply(status: number, problem: object): Reply {
  return { status, responseMs: 3, body: JSON.stringify({ status, title: 'Title', detail: 'Detail.', ...problem }) }
}

/** Follows an order in a shop that gives these timelines, one after the other. The clock runs only while it waits. */
async function follow(reply: Reply | Error, timelines: readonly (Timeline | Error)[] = [], isShown = () => true) {
  const shown: Attempt[] = []
  const waits: number[] = []
  let nowMs = 0
  let requests = 0
  const parts: FollowParts = {
    send: async () => orThrow(reply),
    getTimeline: async () => {
      requests += 1
      return orThrow(timelines[Math.min(requests, timelines.length) - 1] ?? new Error('no timeline'))
    },
    wait: async (ms) => {
      waits.push(ms)
      nowMs += ms
    },
    nowMs: () => nowMs,
    isShown,
  }
  const ended = await placeAndFollow(request, parts, (attempt) => shown.push(attempt))
  return { ended, waits, states: shown.map(({ state }) => state), shown }
}

function orThrow<T>(value: T | Error): T {
  if (value instanceof Error) throw value
  return value
}

describe('an order that is accepted', () => {
  it('is pending until its timeline has an end', async () => {
    const { ended, states } = await follow(accepted, [pending, pending, confirmed])

    expect(states).toEqual(['sending', 'pending', 'pending', 'pending', 'confirmed'])
    expect(ended).toMatchObject({ orderId: 'order-1', timeline: confirmed, reply: accepted })
  })

  it.each([
    ['confirmed', 'confirmed'],
    ['shipped', 'confirmed'],
    ['rejected', 'rejected'],
  ] as const)('with the status %s is shown as %s', async (status, state) => {
    const { ended } = await follow(accepted, [{ ...confirmed, status }])

    expect(ended.state).toBe(state)
  })

  it('is followed less and less often, and is called slow after ten seconds', async () => {
    const { waits, shown } = await follow(accepted, [...Array(20).fill(pending), confirmed])

    expect(waits.slice(0, 3).map(Math.round)).toEqual([40, 64, 102])
    expect(Math.max(...waits)).toBe(2_000)
    expect(shown.findIndex(({ isSlow }) => isSlow)).toBeGreaterThan(10)
  })

  it('is no longer followed after five minutes', async () => {
    const { ended, waits } = await follow(accepted, [pending])

    expect(ended).toMatchObject({ state: 'pending', isSlow: true })
    expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(310_000)
  })

  it('is no longer followed when another order takes its place', async () => {
    const { ended, waits } = await follow(accepted, [pending], () => false)

    expect(ended.state).toBe('pending')
    expect(waits).toEqual([])
  })

  it('is followed further when the shop does not respond for a while', async () => {
    const unavailable = new ProblemError(toProblem(503, '{"detail":"MySQL is not available at the moment."}'))
    const { shown, ended } = await follow(accepted, [new TypeError('fetch failed'), unavailable, confirmed])

    expect(shown.map(({ failure }) => failure)).toEqual([
      undefined,
      undefined,
      'The shop does not respond.',
      'MySQL is not available at the moment.',
      '',
    ])
    expect(ended.state).toBe('confirmed')
  })
})

describe('an order that is not accepted', () => {
  it('shows the problem of the shop', async () => {
    const reply = problemReply(503, { type: '/problems/unavailable', detail: 'Kafka is not available at the moment.' })
    const { ended, states } = await follow(reply)

    expect(states).toEqual(['sending', 'refused'])
    expect(ended.problem).toMatchObject({ status: 503, detail: 'Kafka is not available at the moment.' })
  })

  it('names the order that is recorded as rejected', async () => {
    const { ended } = await follow(problemReply(409, { type: '/problems/insufficient-stock', order_id: 'order-2' }))

    expect(ended).toMatchObject({ state: 'refused', orderId: 'order-2' })
  })

  it.each([
    ['<html>Bad gateway</html>', 'The server responded with status 502.'],
    ['', 'The server responded with status 502.'],
    ['null', 'The server responded with status 502.'],
    ['{"detail":"From a proxy."}', 'From a proxy.'],
  ])('shows a response that is no problem: %j', async (body, detail) => {
    const { ended } = await follow({ status: 502, responseMs: 1, body })

    expect(ended.problem?.detail).toBe(detail)
  })
})

describe('an order without a response', () => {
  it.each([
    [new TypeError('Failed to fetch'), 'The shop does not respond.'],
    [new DOMException('timed out', 'TimeoutError'), 'The shop did not respond in time.'],
  ])('has an unknown outcome: %s', async (error, failure) => {
    const { ended } = await follow(error)

    expect(ended).toMatchObject({ state: 'unknown', failure })
  })
})
