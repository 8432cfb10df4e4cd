import { describe, expect, it } from 'vitest'
import type { ChannelResult, Results } from '../results'
import { sampleResults } from '../testing/sample-results'
import { summaryText } from './summary-text'

const RESULTS = sampleResults()

/** The cells of the first row with this name, by their headings. */
function rowOf(results: Results, name: string): Readonly<Record<string, string>> {
  const lines = summaryText(results).split('\n')
  const cells = (line = '') => line.trim().split(/ {2,}/)
  const headings = cells(lines.find((line) => /^(channel|step) /.test(line)))
  const values = cells(lines.find((line) => line.startsWith(`${name} `)))
  return Object.fromEntries(headings.map((heading, at) => [heading, values[at] ?? '']))
}

function withKafka(change: (kafka: ChannelResult) => ChannelResult): Results {
  return { ...RESULTS, channels: RESULTS.channels.map((one) => (one.channel === 'kafka' ? change(one) : one)) }
}

describe('the summary in a terminal', () => {
  it('shows orders as a count, and their outcomes as rates', () => {
    expect(rowOf(RESULTS, 'kafka')).toMatchObject({
      orders: '48,000',
      offered: '400/s',
      accepted: expect.stringMatching(/^\d+\/s$/),
      committed: expect.stringMatching(/^\d+\/s$/),
      drain: expect.stringMatching(/ ms$/),
    })
  })

  it('explains why the audit has more orders than the table', () => {
    expect(summaryText(RESULTS)).toMatch(/^Of the .+ audited orders, .+ 18,000 belong to the warm-up\.$/m)
  })

  it('shows a dash for a latency that was not measured', () => {
    const silent = withKafka((kafka) => {
      const unmeasured = { ...kafka.latencies.committed, count: 0, p50Ms: 0, p99Ms: 0 }
      return { ...kafka, latencies: { ...kafka.latencies, committed: unmeasured } }
    })

    expect(rowOf(silent, 'kafka')).toMatchObject({ 'commit p50': '–', 'commit p99': '–' })
  })

  it('has a row per number of clients of a closed loop', () => {
    const steps = RESULTS.steps.map((step, at) => ({ ...step, arrivals: 'closed' as const, clients: 100 * (at + 1) }))

    expect(rowOf({ ...RESULTS, steps }, 'kafka 2')).toMatchObject({ clients: '500', orders: '16,000' })
  })

  it('says which rate each channel holds, and where the generator was the limit', () => {
    const saturation = [100, 200].flatMap((ratePerSecond) =>
      RESULTS.channels.map(({ channel }) => ({
        channel,
        ratePerSecond,
        acceptedPerSecond: ratePerSecond,
        responseP99Ms: 1,
        committedP99Ms: 1,
        failedShare: 0,
        holds: channel !== 'rabbitmq' && (channel === 'sync' || ratePerSecond === 100),
        ...(channel !== 'sync' && ratePerSecond === 200 && { limitedByGenerator: true as const }),
      })),
    )

    expect(
      summaryText({ ...RESULTS, saturation })
        .split('\n')
        .slice(-3),
    ).toEqual([
      'sync      holds 200/s',
      'kafka     holds 100/s, perhaps more: above this rate the generator was the limit, not the shop',
      'rabbitmq  holds none of the rates: limited by the generator, not by the shop',
    ])
  })
})
