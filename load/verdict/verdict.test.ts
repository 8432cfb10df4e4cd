import { describe, expect, it } from 'vitest'
import type { ChannelResult, Reconciliation, Results } from '../results'
import { sampleResults } from '../testing/sample-results'
import type { Judged } from './headline'
import { judge } from './verdict'

const SAMPLE: Results = sampleResults()

const GOOD: Judged = {
  ending: 'complete',
  channels: SAMPLE.channels,
  steps: SAMPLE.steps.map((step) => ({ ...step, generator: { ...step.generator, isValid: true } })),
  reconciliation: { ...SAMPLE.reconciliation, holds: true, complaints: [] },
  objectives: { responseP99Ms: 10_000, committedP99Ms: 10_000, failedShare: 0.5 },
}

const BROKEN: Reconciliation = { ...GOOD.reconciliation, holds: false, complaints: ['kafka: accepted and lost x'] }
const INVALID_STEPS = GOOD.steps.map((step, at) =>
  at === 0 ? { ...step, generator: { ...step.generator, isValid: false, reason: 'it was late' } } : step,
)

function withSpread(channel: ChannelResult, least: number, greatest: number): ChannelResult {
  return {
    ...channel,
    spread: { ...channel.spread, responseP99Ms: [least, greatest], committedP99Ms: [least, greatest] },
  }
}

describe('the verdict', () => {
  it('is PASS when the books, the generator and the objectives hold', () => {
    const { status, headline, findings } = judge(GOOD)

    expect(status).toBe('PASS')
    expect(headline).toMatch(/^Nothing was lost, doubled or oversold in [\d,]+ orders/)
    expect(findings.every(({ holds }) => holds)).toBe(true)
  })

  it('is FAIL when the books do not hold, even of a run that is invalid', () => {
    expect(judge({ ...GOOD, reconciliation: BROKEN, steps: INVALID_STEPS })).toMatchObject({
      status: 'FAIL',
      headline: expect.stringMatching(/^The books do not add up/),
    })
  })

  it('is INVALID when the generator could not keep up, even if an objective is missed', () => {
    const verdict = judge({ ...GOOD, steps: INVALID_STEPS, objectives: { responseP99Ms: 0.001 } })

    expect(verdict).toMatchObject({ status: 'INVALID', headline: expect.stringContaining('it was late') })
  })

  it('is INVALID when the run is partial, or its books could not be read', () => {
    expect(judge({ ...GOOD, ending: 'interrupted', reason: 'it was interrupted' }).status).toBe('INVALID')
    const unread = {
      ...GOOD.reconciliation,
      holds: false,
      notAudited: 'the shop is gone',
      complaints: ['the shop is gone'],
    }
    expect(judge({ ...GOOD, reconciliation: unread })).toMatchObject({
      status: 'INVALID',
      headline: expect.stringContaining('the shop is gone'),
    })
  })

  it.each([
    ['answers are late', { responseP99Ms: 0.001 }, 'response p99'],
    ['commits are late', { committedP99Ms: 0.001 }, 'committed p99'],
    ['requests fail', { failedShare: 0 }, 'failed requests'],
  ])('is FAIL when %s', (_, objectives, name) => {
    const failing = SAMPLE.channels.map((channel) => ({ ...channel, requests: { ...channel.requests, failed: 1 } }))

    const { status, headline } = judge({ ...GOOD, channels: failing, objectives })

    expect(status).toBe('FAIL')
    expect(headline).toContain(`but sync: ${name} is`)
  })
})

it('takes no objective for met where nothing was measured', () => {
  const [sync] = SAMPLE.channels
  if (!sync) throw new Error('the sample has all channels')
  const silent = {
    ...sync,
    latencies: { ...sync.latencies, committed: { ...sync.latencies.committed, count: 0, p99Ms: 0 } },
  }

  const { status, findings } = judge({ ...GOOD, channels: [silent], objectives: { committedP99Ms: 1_000 } })

  expect(status).toBe('FAIL')
  expect(findings).toContainEqual(
    expect.objectContaining({ holds: false, detail: 'nothing measured of at most 1,000 ms' }),
  )
})

it('sets thousands apart in what it measured and in what it allows', () => {
  const [sync] = SAMPLE.channels
  if (!sync) throw new Error('the sample has all channels')
  const slow = { ...sync, latencies: { ...sync.latencies, response: { ...sync.latencies.response, p99Ms: 1234.5 } } }

  const { findings } = judge({ ...GOOD, channels: [slow], objectives: { responseP99Ms: 1_000 } })

  expect(findings).toContainEqual(expect.objectContaining({ detail: '1,235 ms of at most 1,000 ms' }))
})

describe('the headline names the channel that is first', () => {
  const [sync, kafka, rabbitmq] = SAMPLE.channels

  it('when all its repetitions were faster than all others', () => {
    if (!sync || !kafka || !rabbitmq) throw new Error('the sample has all channels')
    const channels = [withSpread(sync, 10, 20), withSpread(kafka, 5, 9), withSpread(rabbitmq, 11, 12)]

    expect(judge({ ...GOOD, channels }).headline).toMatch(/; kafka answers first \(p99 .*\), kafka commits first/)
  })

  it('and none when they overlap', () => {
    if (!sync || !kafka || !rabbitmq) throw new Error('the sample has all channels')
    const channels = [withSpread(sync, 10, 20), withSpread(kafka, 5, 10), withSpread(rabbitmq, 11, 12)]

    expect(judge({ ...GOOD, channels }).headline).toContain(
      'no channel clearly answers first, none clearly commits first',
    )
  })
})
