import { describe, expect, it } from 'vitest'
import type { OrderBalance } from '../../load/results'
import type { RecordedOrder } from '../../load/shop/bodies'
import { type ChannelEvidence, summarizeChannel } from './summarize-channel'
import type { TimedRequest } from './timed-request'

const TIMES = { begunMs: 10_000, endedMs: 20_000, restoredMs: 20_500 }
const BALANCE: OrderBalance = {
  channel: 'kafka',
  accepted: 0,
  confirmed: 0,
  rejected: 0,
  deadLettered: 0,
  missing: 0,
  doubled: 0,
  withoutResponse: 0,
}

function accepted(dueMs: number, tookMs = 5): TimedRequest {
  return {
    channel: 'kafka',
    dueMs,
    sentMs: dueMs + 1,
    doneMs: dueMs + 1 + tookMs,
    outcome: 'accepted',
    status: 202,
    orderId: `at-${dueMs}`,
  }
}

function failed(dueMs: number, status: number | undefined, cause: string, tookMs = 5): TimedRequest {
  const outcome = status === 409 ? 'refused' : 'failed'
  return {
    channel: 'kafka',
    dueMs,
    sentMs: dueMs + 1,
    doneMs: dueMs + 1 + tookMs,
    outcome,
    cause,
    ...(status !== undefined && { status }),
  }
}

function recordedOf(id: string, acceptedAtMs: number, committedAtMs: number): [string, RecordedOrder] {
  const times = { acceptedAtMs, consumedAtMs: undefined, committedAtMs }
  return [id, { id, status: 'confirmed', userId: 'ann', channel: 'kafka', lines: [], ...times }]
}

function summarize(given: Partial<ChannelEvidence>) {
  return summarizeChannel({
    channel: 'kafka',
    requests: [],
    recorded: new Map(),
    balance: BALANCE,
    missing: [],
    times: TIMES,
    destroysOrders: false,
    ...given,
  })
}

describe('the counts of a channel', () => {
  it('separate 503 with Retry-After from other refusals and from failures', () => {
    const requests = [
      accepted(1),
      failed(2, 503, 'unavailable'),
      failed(3, 503, 'no-retry-after'),
      failed(4, 500, 'internal-error'),
      failed(5, 409, 'insufficient-stock'),
      failed(6, 422, 'invalid-input'),
      failed(7, undefined, 'timeout'),
      failed(8, undefined, 'connection'),
      failed(9, 502, '502'),
    ]

    expect(summarize({ requests })).toMatchObject({
      accepted: 1,
      unavailable: 1,
      refused: 2,
      failed: 5,
      causes: {
        '503 unavailable': 1,
        '503 no-retry-after': 1,
        '500 internal-error': 1,
        '409 insufficient-stock': 1,
        '422 invalid-input': 1,
        timeout: 1,
        connection: 1,
        '502': 1,
      },
    })
  })

  it('ignore what was not sent, and count how long an open request has waited', () => {
    const requests = [accepted(1), failed(2, undefined, 'aborted', 12_000)]

    expect(summarize({ requests })).toMatchObject({
      failed: 0,
      causes: {},
      longestResponseMs: 12_000,
      longestSendDelayMs: 1,
    })
    expect(
      summarize({ requests: [{ channel: 'kafka', dueMs: 1, sentMs: 900, doneMs: 900, outcome: 'dropped' }] }),
    ).toMatchObject({
      failed: 0,
      longestResponseMs: 0,
    })
  })

  it('take doubled and dead-lettered orders from the audit', () => {
    expect(summarize({ balance: { ...BALANCE, doubled: 2, deadLettered: 3 } })).toMatchObject({
      doubled: 2,
      deadLettered: 3,
    })
  })
})

describe('lost orders', () => {
  const requests = [accepted(9_000), accepted(10_900), accepted(12_000), accepted(30_000)]
  const missing = ['at-9000', 'at-10900', 'at-12000']

  it('are all that are missing', () => {
    expect(summarize({ requests, missing })).toMatchObject({ lost: 3, destroyed: 0 })
  })

  it('are, if the fault destroys orders, only those that were accepted after it had begun', () => {
    expect(summarize({ requests, missing, destroysOrders: true })).toMatchObject({ lost: 1, destroyed: 2 })
  })
})

describe('the recovery', () => {
  const served = [accepted(21_000), accepted(40_000)]

  it('takes no time if nothing went wrong after the fault', () => {
    expect(summarize({ requests: [failed(15_000, 503, 'unavailable'), ...served] }).recoveryMs).toBe(0)
  })

  it('lasts until the last request that was not served', () => {
    const requests = [...served, failed(23_500, 503, 'unavailable')]

    expect(summarize({ requests }).recoveryMs).toBe(3_000)
  })

  it('does not count a refusal by a rule of the shop', () => {
    expect(summarize({ requests: [...served, failed(39_000, 409, 'insufficient-stock')] }).recoveryMs).toBe(0)
  })

  it('lasts until orders are committed soon after their acceptance', () => {
    const recorded = new Map([
      recordedOf('late', 15_000, 24_500),
      recordedOf('in-time', 30_000, 31_900),
      recordedOf('before', 1_000, 9_000),
    ])

    expect(summarize({ requests: served, recorded }).recoveryMs).toBe(4_000)
  })

  it.each([
    ['the last requests were not served', { requests: [...served, failed(41_000, undefined, 'timeout')] }],
    ['nothing was served', { requests: [failed(21_000, 503, 'unavailable')] }],
    ['an accepted order was never committed', { requests: served, missing: ['at-21000'] }],
  ])('is absent if %s', (_, given) => {
    expect(summarize(given)).not.toHaveProperty('recoveryMs')
  })
})

describe('the longest gap', () => {
  it('is the longest time without a success', () => {
    const requests = [accepted(1_000), accepted(1_500), failed(3_000, 503, 'unavailable'), accepted(4_000)]

    expect(summarize({ requests }).longestGapMs).toBe(2_500)
  })
})
