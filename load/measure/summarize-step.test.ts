import { describe, expect, it } from 'vitest'
import type { Sample } from '../load-plan'
import type { RecordedOrder } from '../shop/bodies'
import type { MeasuredStep } from './measured-step'
import { summarizeStep } from './summarize-step'

const ZERO_MS = Date.parse('2026-11-24T10:00:00.000Z')

const HEALTH = {
  isValid: true,
  sendDelayP99Ms: 0.1,
  sendDelayMaxMs: 0.2,
  eventLoopP99Ms: 1,
  cpuPercent: 10,
  droppedShare: 0,
}

function order(atMs: number, given: Partial<Sample> = {}): Sample {
  const dueUs = atMs * 1_000
  return { kind: 'order', dueUs, sentUs: dueUs + 500, doneUs: dueUs + 3_000, outcome: 'accepted', ...given }
}

function recorded(
  id: string,
  acceptedAfterMs: number,
  consumedAfterMs: number,
  committedAfterMs: number,
): RecordedOrder {
  return {
    id,
    status: 'confirmed',
    userId: 'load-1',
    channel: 'kafka',
    lines: [{ productId: 1, quantity: 1 }],
    acceptedAtMs: ZERO_MS + acceptedAfterMs,
    consumedAtMs: ZERO_MS + consumedAfterMs,
    committedAtMs: ZERO_MS + committedAfterMs,
  }
}

function stepOf(samples: readonly Sample[], orders: readonly RecordedOrder[] = []): MeasuredStep {
  return {
    planned: {
      name: 'kafka 1',
      channel: 'kafka',
      repetition: 1,
      arrivals: 'uniform',
      ratePerSecond: 1,
      warmupMs: 1_000,
      measuredMs: 2_000,
    },
    zeroMs: ZERO_MS,
    measuredMs: 2_000,
    samples,
    recorded: new Map(orders.map((one) => [one.id, one])),
    health: HEALTH,
    readings: [],
  }
}

describe('a step', () => {
  it('excludes the warm-up from counts, rates and latencies, but not from the series', () => {
    const slow = order(-900, { doneUs: -100_000, orderId: 'a' })
    const { result } = summarizeStep(
      stepOf([slow, order(500, { orderId: 'b' })], [recorded('a', -899, -890, -800), recorded('b', 501, 504, 510)]),
    )

    expect(result.requests).toMatchObject({ offered: 1, accepted: 1 })
    expect(result.rates).toEqual({ offeredPerSecond: 0.5, acceptedPerSecond: 0.5, committedPerSecond: 0.5 })
    expect(result.latencies.response).toMatchObject({ count: 1, maxMs: 3 })
    expect(result.latencies.commit).toMatchObject({ count: 1, maxMs: 10 })
    expect(result.series.map(({ phase, accepted }) => [phase, accepted])).toEqual([
      ['warm-up', 1],
      ['measured', 1],
      ['measured', 0],
    ])
    expect(result.startedAt).toBe('2026-11-24T09:59:59.000Z')
  })

  it('measures the response from the time a request was due, and the service from the time it was sent', () => {
    const { result } = summarizeStep(stepOf([order(0, { sentUs: 40_000, doneUs: 42_000 })]))

    expect(result.latencies.response.maxMs).toBe(42)
    expect(result.latencies.service.maxMs).toBe(2)
  })

  it('measures the time that an order spent in each stage', () => {
    const { values } = summarizeStep(stepOf([order(100, { orderId: 'a' })], [recorded('a', 102, 132, 137)]))

    expect(values).toMatchObject({
      dueToAcceptedUs: [2_000],
      acceptedToConsumedUs: [30_000],
      consumedToCommittedUs: [5_000],
      commitUs: [37_000],
    })
  })

  it('drains until the last commit, and counts accepted orders without commit as backlog', () => {
    const samples = [order(1_100, { orderId: 'a' }), order(1_200, { orderId: 'b' }), order(1_900, { orderId: 'c' })]
    const orders = [
      recorded('a', 1_101, 1_110, 1_120),
      recorded('b', 1_201, 3_300, 3_400),
      recorded('c', 1_901, 4_000, 4_250),
    ]

    const { result } = summarizeStep(stepOf(samples, orders))

    expect(result.drainMs).toBe(2_250)
    expect(result.series.map(({ phase, committed, backlog }) => [phase, committed, backlog])).toEqual([
      ['warm-up', 0, 0],
      ['measured', 0, 0],
      ['measured', 1, 2],
      ['drain', 0, 2],
      ['drain', 1, 1],
      ['drain', 1, 0],
    ])
    expect(result.rates.committedPerSecond).toBe(0.5)
  })

  it('counts an order as backlog from its acceptance on, even if the response arrived later', () => {
    const samples = [order(900, { orderId: 'a', doneUs: 1_100_000 })]

    const { result } = summarizeStep(stepOf(samples, [recorded('a', 910, 1_500, 1_600)]))

    expect(result.series.map(({ accepted, backlog }) => [accepted, backlog])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
    ])
  })

  it('drains until the run gave up a missing order, and keeps it in the backlog', () => {
    const step = { ...stepOf([order(0, { orderId: 'lost' })]), gaveUpAtMs: ZERO_MS + 62_000 }

    const { result } = summarizeStep(step)

    expect(result.drainMs).toBe(60_000)
    expect(result.series.at(-1)?.backlog).toBe(1)
    expect(result.latencies.commit.count).toBe(0)
  })

  it('counts refused, failed and dropped requests separately, and measures only those with a response', () => {
    const samples = [
      order(0, { outcome: 'refused', cause: 'insufficient-stock' }),
      order(1, { outcome: 'failed', cause: 'timeout', doneUs: 10_000_000 }),
      order(2, { outcome: 'dropped', sentUs: 2_000, doneUs: 2_000 }),
    ]

    const { result } = summarizeStep(stepOf(samples))

    expect(result.requests).toEqual({
      offered: 3,
      accepted: 0,
      refused: 1,
      failed: 1,
      dropped: 1,
      refusals: { 'insufficient-stock': 1 },
      failures: { timeout: 1 },
    })
    expect(result.latencies.response.count).toBe(1)
    expect(result.series[1]).toMatchObject({ offered: 3, sent: 2, inFlight: 1 })
  })

  it('counts requests other than orders separately', () => {
    const { result, values } = summarizeStep(stepOf([order(0), order(10, { kind: 'browse', doneUs: 15_000 })]))

    expect(result.requests.offered).toBe(1)
    expect(result.series[1]).toMatchObject({ offered: 1, accepted: 0, sent: 1 })
    expect(values.others).toMatchObject([{ kind: 'browse', requests: { accepted: 1 }, responseUs: [5_000] }])
  })

  it('assigns a sample of the shop to its second', () => {
    const readings = [{ atMs: ZERO_MS + 1_300, cpuSeconds: undefined, sample: { consumerLag: 7 } }]

    const { result } = summarizeStep({ ...stepOf([order(0)]), readings })

    expect(result.series.map(({ shop }) => shop)).toEqual([undefined, undefined, { consumerLag: 7 }])
  })
})
