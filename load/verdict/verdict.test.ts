import { describe, expect, it } from 'vitest'
import type { ChannelResult, Reconciliation, Results } from '../results'
import { sampleResults } from '../testing/sample-results'
import type { MeasuredRun } from './headline'
import { verdictOf } from './verdict'

const SAMPLE: Results = sampleResults()

const GOOD: MeasuredRun = {
  ending: 'complete',
  channels: SAMPLE.channels,
  steps: SAMPLE.steps.map((step) => ({ ...step, generator: { ...step.generator, isValid: true } })),
  reconciliation: { ...SAMPLE.reconciliation, holds: true, discrepancies: [] },
  objectives: { responseP99Ms: 10_000, commitP99Ms: 10_000, failedShare: 0.5 },
}

const BROKEN: Reconciliation = { ...GOOD.reconciliation, holds: false, discrepancies: ['kafka: accepted and lost x'] }
const INVALID_STEPS = GOOD.steps.map((step, at) =>
  at === 0 ? { ...step, generator: { ...step.generator, isValid: false, reason: 'it was late' } } : step,
)

function withRange(channel: ChannelResult, lowest: number, highest: number): ChannelResult {
  return {
    ...channel,
    range: { ...channel.range, responseP99Ms: [lowest, highest], commitP99Ms: [lowest, highest] },
  }
}

describe('the verdict', () => {
  it('is PASS if reconciliation, generator and objectives hold', () => {
    const { status, headline, findings } = verdictOf(GOOD)

    expect(status).toBe('PASS')
    expect(headline).toMatch(/^Nothing was lost, doubled or oversold in [\d,]+ orders/)
    expect(findings.every(({ holds }) => holds)).toBe(true)
  })

  it('is FAIL if the reconciliation fails, even in an invalid run', () => {
    expect(verdictOf({ ...GOOD, reconciliation: BROKEN, steps: INVALID_STEPS })).toMatchObject({
      status: 'FAIL',
      headline: expect.stringMatching(/^The reconciliation failed/),
    })
  })

  it('is INVALID if the generator could not keep up, even if an objective is missed', () => {
    const verdict = verdictOf({ ...GOOD, steps: INVALID_STEPS, objectives: { responseP99Ms: 0.001 } })

    expect(verdict).toMatchObject({ status: 'INVALID', headline: expect.stringContaining('it was late') })
  })

  it('is INVALID if the run is partial, or the audit was not possible', () => {
    expect(verdictOf({ ...GOOD, ending: 'interrupted', reason: 'it was interrupted' }).status).toBe('INVALID')
    const notAudited = {
      ...GOOD.reconciliation,
      holds: false,
      notAudited: 'the shop is gone',
      discrepancies: ['the shop is gone'],
    }
    expect(verdictOf({ ...GOOD, reconciliation: notAudited })).toMatchObject({
      status: 'INVALID',
      headline: expect.stringContaining('the shop is gone'),
    })
  })

  it.each([
    ['responses are too slow', { responseP99Ms: 0.001 }, 'response p99'],
    ['commits are too slow', { commitP99Ms: 0.001 }, 'commit p99'],
    ['too many requests fail', { failedShare: 0 }, 'failed requests'],
  ])('is FAIL if %s', (_, objectives, name) => {
    const failing = SAMPLE.channels.map((channel) => ({ ...channel, requests: { ...channel.requests, failed: 1 } }))

    const { status, headline } = verdictOf({ ...GOOD, channels: failing, objectives })

    expect(status).toBe('FAIL')
    expect(headline).toMatch(new RegExp(`but sync: ${name} (is|are) (less than )?[\\d.]+ (ms|%) \\(objective: at most`))
  })
})

it('does not count an objective as met if nothing was measured', () => {
  const [sync] = SAMPLE.channels
  if (!sync) throw new Error('the sample has all channels')
  const silent = {
    ...sync,
    latencies: { ...sync.latencies, commit: { ...sync.latencies.commit, count: 0, p99Ms: 0 } },
  }

  const { status, findings } = verdictOf({ ...GOOD, channels: [silent], objectives: { commitP99Ms: 1_000 } })

  expect(status).toBe('FAIL')
  expect(findings).toContainEqual(
    expect.objectContaining({ holds: false, detail: 'not measured (objective: at most 1,000 ms)' }),
  )
})

describe('the headline of a run', () => {
  const channelWith = (requests: Partial<ChannelResult['requests']>): ChannelResult => {
    const [sync] = SAMPLE.channels
    if (!sync) throw new Error('the sample has all channels')
    const { latencies } = sync
    const none = { ...latencies.response, count: 0, p99Ms: 0 }
    const counts = { offered: 1_600, accepted: 0, refused: 0, failed: 0, dropped: 0, refusals: {}, failures: {} }
    return {
      ...sync,
      requests: { ...counts, ...requests },
      latencies: { response: none, service: none, commit: none },
    }
  }
  const accepting = (accepted: number): Reconciliation => {
    const [balance] = GOOD.reconciliation.orders
    return { ...GOOD.reconciliation, orders: balance ? [{ ...balance, accepted }] : [] }
  }

  it.each<[string, Partial<ChannelResult['requests']>, string]>([
    [
      'failed',
      { failed: 1_600, failures: { '307': 1_600 } },
      'No order was accepted: 1,600 of 1,600 requests failed (1,600 × 307 (a redirect)).',
    ],
    [
      'failed or was refused',
      { offered: 3, failed: 2, failures: { timeout: 2 }, refused: 1, refusals: { 'insufficient-stock': 1 } },
      'No order was accepted: 2 of 3 requests failed (2 × no response in time), 1 of 3 requests was refused (1 × insufficient-stock).',
    ],
    ['was not offered', { offered: 0 }, 'No order was accepted.'],
  ])('does not claim that nothing was lost if every request %s', (_, requests, headline) => {
    const run = { ...GOOD, channels: [channelWith(requests)], reconciliation: accepting(0) }

    expect(verdictOf({ ...run, objectives: { responseP99Ms: 250, failedShare: 0.001 } }).headline).toBe(headline)
  })

  it.each([
    [1, /^Nothing was lost, doubled or oversold in 1 order[.;]/],
    [1_234, /^Nothing was lost, doubled or oversold in 1,234 orders[.;]/],
  ])('counts %d orders', (accepted, headline) => {
    expect(verdictOf({ ...GOOD, reconciliation: accepting(accepted), objectives: {} }).headline).toMatch(headline)
  })

  it('says what was not measured, and never shows a missed figure as equal to its objective', () => {
    const [sync] = SAMPLE.channels
    if (!sync) throw new Error('the sample has all channels')
    const { latencies } = sync
    const slow = {
      ...sync,
      requests: { ...sync.requests, offered: 100_000, failed: 101 },
      latencies: {
        ...latencies,
        response: { ...latencies.response, p99Ms: 250.2 },
        commit: { ...latencies.commit, count: 0, p99Ms: 0 },
      },
    }
    const objectives = { responseP99Ms: 250, commitP99Ms: 1_000, failedShare: 0.001 }

    expect(verdictOf({ ...GOOD, channels: [slow], objectives }).headline).toMatch(
      /, but sync: response p99 is slightly more than 250 ms \(objective: at most 250 ms\); sync: commit p99 was not measured \(objective: at most 1,000 ms\); sync: failed requests are slightly more than 0\.1 % \(objective: at most 0\.1 %\)\.$/,
    )
  })
})

it('does not count an objective for failed requests as met if nothing was offered', () => {
  const [sync] = SAMPLE.channels
  if (!sync) throw new Error('the sample has all channels')
  const nothing = { ...sync, requests: { ...sync.requests, offered: 0, failed: 0 } }

  const { findings } = verdictOf({ ...GOOD, channels: [nothing], objectives: { failedShare: 0.001 } })

  expect(findings).toContainEqual(
    expect.objectContaining({ holds: false, detail: 'not measured (objective: at most 0.1 %)' }),
  )
})

it.each([
  [1, 'initial = on hand + sold for 1 of 1 product'],
  [20, 'initial = on hand + sold for 20 of 20 products'],
])('counts %d products', (count, detail) => {
  const products = GOOD.reconciliation.products.slice(0, count)
  const { findings } = verdictOf({ ...GOOD, reconciliation: { ...GOOD.reconciliation, products } })

  expect(findings).toContainEqual(expect.objectContaining({ name: 'stock', detail }))
})

it.each([
  [0, 'no request dropped'],
  [0.0005, 'at most 0.05 % of the requests dropped (limit: 0.1 %)'],
])('says how many requests the generator dropped: %d', (droppedShare, text) => {
  const steps = GOOD.steps.map((step) => ({ ...step, generator: { ...step.generator, droppedShare } }))
  const { findings } = verdictOf({ ...GOOD, steps })

  expect(findings).toContainEqual(expect.objectContaining({ name: 'generator', detail: expect.stringContaining(text) }))
})

it('separates thousands in measured values and in objectives', () => {
  const [sync] = SAMPLE.channels
  if (!sync) throw new Error('the sample has all channels')
  const slow = { ...sync, latencies: { ...sync.latencies, response: { ...sync.latencies.response, p99Ms: 1234.5 } } }

  const { findings } = verdictOf({ ...GOOD, channels: [slow], objectives: { responseP99Ms: 1_000 } })

  expect(findings).toContainEqual(expect.objectContaining({ detail: '1,235 ms (objective: at most 1,000 ms)' }))
})

describe('the headline names the fastest channel', () => {
  const [sync, kafka, rabbitmq] = SAMPLE.channels

  it('if all its repetitions were faster than those of all others', () => {
    if (!sync || !kafka || !rabbitmq) throw new Error('the sample has all channels')
    const channels = [withRange(sync, 10, 20), withRange(kafka, 5, 9), withRange(rabbitmq, 11, 12)]

    expect(verdictOf({ ...GOOD, channels }).headline).toMatch(
      /; Kafka responds fastest \(p99 .*\), Kafka commits fastest/,
    )
  })

  it('and none if the ranges overlap', () => {
    if (!sync || !kafka || !rabbitmq) throw new Error('the sample has all channels')
    const channels = [withRange(sync, 10, 20), withRange(kafka, 5, 10), withRange(rabbitmq, 11, 12)]

    expect(verdictOf({ ...GOOD, channels }).headline).toContain(
      'no channel clearly responds fastest, none clearly commits fastest',
    )
  })
})
