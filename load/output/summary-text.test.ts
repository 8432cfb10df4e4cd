import { formatLatency } from '@ecommerce/look/format'
import { describe, expect, it } from 'vitest'
import type { ChannelResult, Results } from '../results'
import { sampleResults } from '../testing/sample-results'
import { summaryText } from './summary-text'

const RESULTS = sampleResults()

/** The cells of this name in the tables of counts and of latencies, by their headings. */
function rowOf(results: Results, name: string): Readonly<Record<string, string>> {
  const tables = summaryText(results).split('\n\n')
  const cells = (line = '') => line.trim().split(/ {2,}/)
  const rows = tables
    .filter((table) => /^(channel|step) /.test(table))
    .flatMap((table) => {
      const [first, ...lines] = table.split('\n')
      const values = cells(lines.find((line) => line.startsWith(`${name} `)))
      return cells(first).map((heading, at) => [heading, values[at] ?? ''] as const)
    })
  return Object.fromEntries(rows)
}

function latenciesOfKafka({ channels }: Results): ChannelResult['latencies'] {
  const kafka = channels.find(({ channel }) => channel === 'kafka')
  if (kafka === undefined) throw new Error('the samples have all channels')
  return kafka.latencies
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

  it('shows p50, p95 and p99 of response and commit, in lines that fit a terminal of 100 columns', () => {
    const { response, commit } = latenciesOfKafka(RESULTS)

    expect(rowOf(RESULTS, 'kafka')).toMatchObject({
      'response p95': formatLatency(response.p95Ms),
      'response p99': formatLatency(response.p99Ms),
      'commit p95': formatLatency(commit.p95Ms),
    })
    const [, ...tables] = summaryText(RESULTS).split('\n\n')
    const rows = tables.filter((table) => table.startsWith('channel ')).flatMap((table) => table.split('\n'))
    expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(100)
  })

  it('names the causes of failed and refused requests', () => {
    const unlucky = withKafka((kafka) => {
      const requests = { ...kafka.requests, failed: 4, failures: { '307': 3, timeout: 1 }, refused: 0, refusals: {} }
      return { ...kafka, requests }
    })

    expect(summaryText(unlucky)).toMatch(/^kafka failed: 3 × 307 \(a redirect\), 1 × no response in time$/m)
    expect(summaryText(unlucky)).not.toContain('kafka refused')
  })

  it('explains a commit below its response, and more commits than offered', () => {
    const surprising = withKafka((kafka) => {
      const { latencies, rates } = kafka
      const commit = { ...latencies.commit, p50Ms: latencies.response.p50Ms / 2 }
      return { ...kafka, latencies: { ...latencies, commit }, rates: { ...rates, committedPerSecond: 1_000 } }
    })

    expect(rowOf(surprising, 'kafka')['commit p50']).toMatch(/ ms\*$/)
    expect(summaryText(surprising)).toMatch(
      /^\* This commit latency is lower(.*\n){2}.*\n\nMore orders were accepted or committed/m,
    )
  })

  it('shows a dash for a latency that was not measured', () => {
    const silent = withKafka((kafka) => {
      const unmeasured = { ...kafka.latencies.commit, count: 0, p50Ms: 0, p99Ms: 0 }
      return { ...kafka, latencies: { ...kafka.latencies, commit: unmeasured } }
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
        commitP99Ms: 1,
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
