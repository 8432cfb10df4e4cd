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
  objectives: { responseP99Ms: 10_000, committedP99Ms: 10_000, failedShare: 0.5 },
}

const BROKEN: Reconciliation = { ...GOOD.reconciliation, holds: false, discrepancies: ['kafka: accepted and lost x'] }
const INVALID_STEPS = GOOD.steps.map((step, at) =>
  at === 0 ? { ...step, generator: { ...step.generator, isValid: false, reason: 'it was late' } } : step,
)

function withRange(channel: ChannelResult, lowest: number, highest: number): ChannelResult {
  return {
    ...channel,
    range: { ...channel.range, responseP99Ms: [lowest, highest], committedP99Ms: [lowest, highest] },
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
    ['commits are too slow', { committedP99Ms: 0.001 }, 'commit p99'],
    ['too many requests fail', { failedShare: 0 }, 'failed requests'],
  ])('is FAIL if %s', (_, objectives, name) => {
    const failing = SAMPLE.channels.map((channel) => ({ ...channel, requests: { ...channel.requests, failed: 1 } }))

    const { status, headline } = verdictOf({ ...GOOD, channels: failing, objectives })

    expect(status).toBe('FAIL')
    expect(headline).toContain(`but sync: ${name} is`)
  })
})

it('does not count an objective as met if nothing was measured', () => {
  const [sync] = SAMPLE.channels
  if (!sync) throw new Error('the sample has all channels')
  const silent = {
    ...sync,
    latencies: { ...sync.latencies, committed: { ...sync.latencies.committed, count: 0, p99Ms: 0 } },
  }

  const { status, findings } = verdictOf({ ...GOOD, channels: [silent], objectives: { committedP99Ms: 1_000 } })

  expect(status).toBe('FAIL')
  expect(findings).toContainEqual(
    expect.objectContaining({ holds: false, detail: 'not measured (objective: at most 1,000 ms)' }),
  )
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
