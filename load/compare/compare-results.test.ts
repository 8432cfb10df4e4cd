import { describe, expect, it } from 'vitest'
import type { Results, StepResult } from '../results'
import { sampleResults } from '../testing/sample-results'
import { type Change, compareResults, reasonsNotToCompare } from './compare-results'

/** Results of one channel whose repetitions have these response p99. */
function withP99(...p99s: readonly number[]): Results {
  const results = sampleResults({ channels: ['kafka'], repetitions: p99s.length })
  const steps = results.steps.map((step, at): StepResult => {
    const response = { ...step.latencies.response, p99Ms: p99s[at] ?? 0 }
    return { ...step, latencies: { ...step.latencies, response } }
  })
  return { ...results, steps }
}

function withCommitted(...rates: readonly number[]): Results {
  const results = sampleResults({ channels: ['kafka'], repetitions: rates.length })
  const steps = results.steps.map((step, at) => ({
    ...step,
    rates: { ...step.rates, committedPerSecond: rates[at] ?? 0 },
  }))
  return { ...results, steps }
}

function changeOf(metric: string, before: Results, after: Results): Change | undefined {
  return compareResults(before, after).find((comparison) => comparison.metric === metric)?.change
}

describe('a change', () => {
  it.each<[Change, readonly number[], readonly number[]]>([
    ['regression', [20, 21, 22], [30, 31, 32]],
    ['improvement', [30, 31, 32], [20, 21, 22]],
    ['same', [20, 21, 22], [21, 22, 23]],
    // Worse by 10 ms, but the repetitions of one run vary as much.
    ['same', [20, 21, 32], [30, 31, 32]],
    ['same', [20, 21, 22], [25, 31, 36]],
    // Perfectly steady, and worse by less than what matters.
    ['same', [0.5, 0.5, 0.5], [1.4, 1.4, 1.4]],
    ['same', [100, 100, 100], [104, 104, 104]],
    ['unknown', [20, 21], [90, 91]],
  ])('is a %s from %j ms to %j ms', (change, before, after) => {
    expect(changeOf('response p99', withP99(...before), withP99(...after))).toBe(change)
  })

  it('of throughput is a regression if the throughput is lower', () => {
    expect(changeOf('committed', withCommitted(400, 401, 402), withCommitted(300, 301, 302))).toBe('regression')
    expect(changeOf('committed', withCommitted(300, 301, 302), withCommitted(400, 401, 402))).toBe('improvement')
  })

  it('is unknown if a repetition has no samples, and never an improvement', () => {
    const silent = sampleResults({ channels: ['kafka'], seed: 8 })
    const steps = silent.steps.map((step, at): StepResult => {
      const response = { ...step.latencies.response, count: at === 0 ? 0 : 1, p99Ms: 0 }
      return { ...step, latencies: { ...step.latencies, response } }
    })

    expect(changeOf('response p99', withP99(20, 21, 22), { ...silent, steps })).toBe('unknown')
  })

  it('has medians and ranges of the channels that both runs have', () => {
    const both = compareResults(sampleResults({ channels: ['sync', 'kafka'] }), withP99(20, 25, 21))

    expect(new Set(both.map(({ channel }) => channel))).toEqual(new Set(['kafka']))
    expect(both.find(({ metric }) => metric === 'response p99')?.after).toEqual({
      median: 21,
      range: [20, 25],
      repetitions: 3,
    })
  })
})

describe('runs', () => {
  const results = sampleResults()

  it('are comparable if their load is the same', () => {
    expect(reasonsNotToCompare(results, sampleResults({ seed: 8 }))).toEqual([])
  })

  it('are not comparable if they are the same run', () => {
    expect(reasonsNotToCompare(results, sampleResults())).toEqual([expect.stringContaining('results of the run 2026')])
  })

  it('are not comparable if their load differs, or one is partial or invalid', () => {
    const faster = { ...results, steps: results.steps.map((step) => ({ ...step, ratePerSecond: 800 })) }
    const partial: Results = { ...results, run: { ...results.run, ending: 'failed', reason: 'the shop went away' } }
    const invalid: Results = { ...results, verdict: { ...results.verdict, status: 'INVALID' } }

    expect(reasonsNotToCompare(results, faster)).toEqual([
      expect.stringMatching(/^the load differs: 400\/s.* and 800\/s/),
    ])
    expect(reasonsNotToCompare(partial, results)).toEqual([expect.stringContaining('is partial: the shop went away')])
    expect(reasonsNotToCompare(results, invalid)).toEqual([expect.stringContaining('is INVALID')])
  })
})
