import { describe, expect, it } from 'vitest'
import type { Finding, Latency, Results } from '../results'
import { sampleResults } from '../testing/sample-results'
import { renderReport } from './render-report'

const COMPLETE = sampleResults({ withSaturation: true })

describe('a report', () => {
  it('begins with the verdict, its findings and the headline, in words', async () => {
    const text = wordsOf(await renderReport(COMPLETE))
    expect(text.indexOf('PASS')).toBeLessThan(text.indexOf('Summary The order channels'))
    expect(text).toContain(COMPLETE.verdict.headline)
    for (const { name, detail } of COMPLETE.verdict.findings) {
      expect(text).toContain(`${name.replace(/^.+: /, '')} passed ${detail}`)
    }
  })

  it('lists objectives by channel, missed ones first', async () => {
    const findings: Finding[] = [
      { gate: 'objective', name: 'kafka: response p99', holds: true, detail: '2 ms of 9 ms' },
      { gate: 'objective', name: 'sync: response p99', holds: true, detail: '1 ms of 9 ms' },
      { gate: 'objective', name: 'sync: failed requests', holds: false, detail: '8 % of 0 %' },
    ]
    const report = await renderReport({ ...COMPLETE, verdict: { ...COMPLETE.verdict, findings } })
    expect(verdictOf(report)).toContain(
      'Synchronous failed requests failed 8 % of 0 % response p99 passed 1 ms of 9 ms Kafka response p99 passed 2 ms of 9 ms',
    )
  })

  it('links to each of its sections', async () => {
    const markup = markupOf(await renderReport(COMPLETE))
    const links = [...markup.matchAll(/<a href="#([\w-]+)">/g)].map(([, id]) => id)
    const headings = [...markup.matchAll(/<h2 id="([\w-]+)"/g)].map(([, id]) => id)
    expect(links).toEqual(headings)
    expect(links).toContain('limitations')
  })

  it('shows failed findings first', async () => {
    const [first, ...others] = COMPLETE.verdict.findings
    if (first === undefined) throw new Error('the samples have no finding')
    const findings = [...others, { ...first, name: 'nothing missing', holds: false, detail: '2 orders of kafka' }]
    const report = await renderReport({ ...COMPLETE, verdict: { ...COMPLETE.verdict, status: 'FAIL', findings } })
    const text = wordsOf(report)
    expect(text).toContain('FAIL A guarantee was broken')
    expect(text.indexOf('nothing missing failed 2 orders of kafka')).toBeLessThan(text.indexOf('stock passed'))
  })

  it('contains all results unchanged', async () => {
    expect(resultsIn(await renderReport(COMPLETE))).toEqual(COMPLETE)
  })

  it('loads nothing', async () => {
    const report = await renderReport(COMPLETE)
    const head = report.slice(0, report.indexOf('<style>'))
    expect(head).toContain('default-src &#39;none&#39;; script-src &#39;sha256-')
    expect(head).toContain('connect-src &#39;none&#39;')
    expect(head + markupOf(report)).not.toMatch(/<(link|img|iframe|script)[^>]+(src|href)="(?!data:)/)
  })

  it('escapes text from elsewhere', async () => {
    const hostile = '</script><script>alert(1)</script><!--'
    const results: Results = {
      ...COMPLETE,
      run: { ...COMPLETE.run, commandLine: hostile, profile: hostile, reason: hostile, ending: 'failed' },
      verdict: { ...COMPLETE.verdict, headline: hostile },
      limitations: [hostile],
      environment: [{ name: hostile, value: hostile }],
      reconciliation: { ...COMPLETE.reconciliation, holds: false, discrepancies: [hostile] },
    }
    const report = await renderReport(results)
    expect(report.match(/<script/g)).toHaveLength((await renderReport(COMPLETE)).match(/<script/g)?.length ?? 0)
    expect(markupOf(report)).not.toContain('<script>alert')
    expect(resultsIn(report)).toEqual(results)
  })
})

it('has charts for what the shop reports about itself, and none for a shop that reports nothing', async () => {
  const steps = COMPLETE.steps.map((step) => ({ ...step, series: step.series.map(({ shop: _, ...second }) => second) }))

  expect(await renderReport(COMPLETE)).toContain('data-chart="processor"')
  const withoutShop = await renderReport({ ...COMPLETE, steps })
  expect(withoutShop).toContain('data-chart="backlog"')
  for (const chart of ['processor', 'outbox']) expect(withoutShop).not.toContain(`data-chart="${chart}"`)
})

describe('the summary', () => {
  const summaryOf = async (results: Results) =>
    wordsOf(/<section aria-labelledby="summary".*?<\/section>/s.exec(await renderReport(results))?.[0] ?? '')

  it('explains why the audit has more orders than the table', async () => {
    expect(await summaryOf(COMPLETE)).toMatch(/Of the [\d,]+ audited orders, .+ 18,000 belong to the warm-up\./)
  })

  it('explains a commit that seems faster than its response, if there is one', async () => {
    const sooner = withCommitP50(COMPLETE, (response) => response - 0.5)
    const later = withCommitP50(COMPLETE, (response) => response + 50)
    expect(await summaryOf(sooner)).toMatch(
      /p50 [\d.]+ \* [\d.]+ \* [\d.]+ \* .+ \* This commit latency is lower than the response/,
    )
    expect(await summaryOf(later)).not.toContain('*')
  })

  it('explains why more orders were committed per second than offered, if so', async () => {
    const channels = COMPLETE.channels.map((channel) => ({
      ...channel,
      rates: { ...channel.rates, committedPerSecond: channel.rates.offeredPerSecond + 20 },
    }))
    const note = 'More orders were accepted or committed per second than offered'
    expect(await summaryOf({ ...COMPLETE, channels })).toContain(note)
    expect(await summaryOf(COMPLETE)).not.toContain(note)
  })

  it('has bars if numbers differ, and no range if repetitions were equal', async () => {
    const rates = (committed: number) => ({
      offeredPerSecond: 400,
      acceptedPerSecond: 400,
      committedPerSecond: committed,
    })
    const withCommitted = async (...each: readonly number[]) => {
      const channels = COMPLETE.channels.map((channel, at) => ({
        ...channel,
        rates: rates(each[at] ?? 0),
        range: { ...channel.range, committedPerSecond: [400, 400.2] as const },
      }))
      return rowOf(await renderReport({ ...COMPLETE, channels }), 'committed')
    }
    expect(await withCommitted(400, 399, 398)).not.toMatch(/class="(bar|range)"/)
    expect((await withCommitted(400, 399, 200)).match(/class="bar"/g)).toHaveLength(3)
  })
})

describe('a report of more than orders', () => {
  it('lists the other requests, and has no such section without any', async () => {
    const channels = COMPLETE.channels.map((channel) => ({
      ...channel,
      others: [{ kind: 'browse', requests: channel.requests, response: channel.latencies.response } as const],
    }))
    expect(wordsOf(await renderReport({ ...COMPLETE, channels }))).toMatch(
      /browse products Kafka 48,000 [\d.]+ [\d.]+ \d+ 0 0/,
    )
    expect(wordsOf(await renderReport(COMPLETE))).not.toContain('Other requests')
  })
})

describe('a report of a search for the highest rate', () => {
  it('says which rate its figures are from, and where the generator was the limit', async () => {
    const [point, ...others] = COMPLETE.saturation ?? []
    if (point === undefined) throw new Error('the samples have a search')
    const saturation = [{ ...point, holds: false, limitedByGenerator: true as const }, ...others]
    const text = wordsOf(await renderReport({ ...COMPLETE, saturation }))
    expect(text).toContain('· 40 s per rate ·')
    expect(text).toContain('those at the highest rate that held')
    expect(text.match(/no limited by the generator/g)).toHaveLength(1)
  })
})

describe('the stages', () => {
  it('show no value below a millisecond, and no time in the broker for a synchronous order', async () => {
    const channels = COMPLETE.channels.map((channel) => ({
      ...channel,
      stages: { dueToAcceptedMs: 2.5, acceptedToConsumedMs: 0, consumedToCommittedMs: 0.4 },
    }))
    const text = wordsOf(await renderReport({ ...COMPLETE, channels }))
    expect(text).toContain('Synchronous 2.50 – < 1')
    expect(text).toContain('Kafka 2.50 < 1 < 1')
  })
})

describe('a partial report', () => {
  it('says in the verdict that the run is partial, and why', async () => {
    const run = { ...COMPLETE.run, ending: 'interrupted', reason: 'Ctrl-C in kafka 2' } as const
    const text = verdictOf(await renderReport({ ...COMPLETE, run }))
    expect(text).toContain('partial')
    expect(text).toContain('Partial results: Ctrl-C in kafka 2.')
  })

  it('renders without any step, and says so', async () => {
    const nothing: Results = {
      ...sampleResults(),
      run: { ...COMPLETE.run, ending: 'failed', reason: 'the shop does not respond' },
      channels: [],
      steps: [],
      durability: [],
      environment: [],
      limitations: [],
      reconciliation: { holds: true, orders: [], products: [], discrepancies: [] },
    }
    const report = await renderReport(nothing)
    expect(verdictOf(report)).toContain('No step was completed')
    expect(markupOf(report)).not.toContain('data-chart=')
    expect(wordsOf(report)).not.toMatch(/NaN|undefined|Infinity/)
  })

  it('names the only channel that was measured', async () => {
    expect(verdictOf(await renderReport(sampleResults({ channels: ['kafka'] })))).toContain('Only Kafka was measured')
  })

  it('warns about a closed loop', async () => {
    const steps = COMPLETE.steps.map(
      ({ ratePerSecond: _, ...step }) => ({ ...step, arrivals: 'closed', clients: 32 }) as const,
    )
    const report = await renderReport({ ...COMPLETE, steps })
    expect(verdictOf(report)).toContain('Closed loop')
    expect(wordsOf(report)).toContain('closed, 32 clients')
  })

  it('shows a dash for values that were not measured', async () => {
    const nothing: Latency = {
      ...latencyOf(COMPLETE),
      count: 0,
      p50Ms: Number.NaN,
      p99Ms: Number.NaN,
      maxMs: Number.NaN,
      curve: [],
    }
    const channels = COMPLETE.channels.map((channel) => ({
      ...channel,
      latencies: { response: nothing, service: nothing, commit: nothing },
      drainMs: Number.NaN,
    }))
    const steps = COMPLETE.steps.map((step) => ({ ...step, series: [] }))
    const report = await renderReport({ ...COMPLETE, channels, steps })
    expect(markupOf(report)).not.toMatch(/NaN|undefined|Infinity/)
    expect(wordsOf(report)).toContain('p50 – – –')
  })

  it('does not claim that nothing was lost if the audit failed', async () => {
    const reconciliation = { holds: false, notAudited: 'the shop is gone', orders: [], products: [], discrepancies: [] }
    const report = await renderReport({ ...COMPLETE, reconciliation })
    expect(verdictOf(report)).toContain('because the audit failed: the shop is gone')
    expect(wordsOf(report)).toContain('Unknown: the shop is gone')
  })

  it('lists the discrepancies of the reconciliation', async () => {
    const reconciliation = {
      ...COMPLETE.reconciliation,
      holds: false,
      discrepancies: ['kafka: order 01a2 is missing'],
      products: [{ productId: 7, initial: 10, onHand: 3, sold: 6, holds: false }],
    }
    const text = wordsOf(await renderReport({ ...COMPLETE, reconciliation }))
    expect(text).toContain('the records of the shop do not match the responses')
    expect(text).toContain('kafka: order 01a2 is missing')
    expect(text).toContain('Products whose stock does not balance.')
  })
})

function withCommitP50(results: Results, p50Of: (responseMs: number) => number): Results {
  const channels = results.channels.map((channel) => {
    const { response, commit } = channel.latencies
    const p999Ms = 1_000_000
    return {
      ...channel,
      latencies: {
        ...channel.latencies,
        commit: { ...commit, p50Ms: p50Of(response.p50Ms), p95Ms: response.p95Ms, p99Ms: response.p99Ms, p999Ms },
      },
    }
  })
  return { ...results, channels }
}

/** The markup of the row with this name in the summary. */
function rowOf(report: string, name: string): string {
  return new RegExp(`<tr><th scope="row">${name}</th>.*?</tr>`, 's').exec(report)?.[0] ?? ''
}

function resultsIn(report: string): unknown {
  const [, json = ''] = /<script type="application\/json" id="results">(.*?)<\/script>/s.exec(report) ?? []
  return JSON.parse(json)
}

/** The text of the verdict box. */
function verdictOf(report: string): string {
  return wordsOf(/<section class="verdict".*?<\/section>/s.exec(report)?.[0] ?? '')
}

/** The page itself, without scripts and styles. */
function markupOf(report: string): string {
  return report.slice(report.indexOf('<body>'), report.indexOf('<script type="application/json"'))
}

function wordsOf(report: string): string {
  const markup = report.includes('<body>') ? markupOf(report) : report
  return markup
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replace(/\s+/g, ' ')
}

function latencyOf({ channels }: Results): Latency {
  const [first] = channels
  if (first === undefined) throw new Error('the samples have no channel')
  return first.latencies.response
}
