import { expect, it } from 'vitest'
import type { StepSpec } from '../load-plan'
import type { StepResult } from '../results'
import { sampleResults } from '../testing/sample-results'
import { saturationPointOf, searchHighestRate } from './search-highest-rate'

const [SAMPLE] = sampleResults({ channels: ['sync'], repetitions: 1 }).steps

/** A step against a shop whose responses take a second from a certain rate on. */
function stepAt(ratePerSecond: number, slowFrom: number): StepResult {
  if (SAMPLE === undefined) throw new Error('the sample has a step')
  const { latencies, requests } = SAMPLE
  const p99Ms = ratePerSecond < slowFrom ? 10 : 1_000
  return {
    ...SAMPLE,
    ratePerSecond,
    requests: { ...requests, failed: 0, dropped: 0 },
    rates: { offeredPerSecond: ratePerSecond, acceptedPerSecond: ratePerSecond, committedPerSecond: ratePerSecond },
    latencies: { ...latencies, response: { ...latencies.response, p99Ms } },
    generator: { ...SAMPLE.generator, isValid: true },
  }
}

function probe(ratePerSecond: number): StepSpec {
  return {
    planned: {
      name: 'sync 1',
      channel: 'sync',
      repetition: 1,
      arrivals: 'uniform',
      ratePerSecond,
      warmupMs: 0,
      measuredMs: 1_000,
    },
    pace: { loop: 'open', arrivals: 'uniform', ratePerSecond, durationMs: 1_000 },
  }
}

function ratesTried(slowFrom: number, change: (step: StepResult) => StepResult = (step) => step): number[] {
  const rates: number[] = []
  const search = searchHighestRate(probe, 100, { responseP99Ms: 250 })
  for (let next = search.next(); !next.done; ) {
    const rate = next.value.planned.ratePerSecond ?? 0
    rates.push(rate)
    next = search.next(change(stepAt(rate, slowFrom)))
  }
  return rates
}

it('doubles the rate until it does not hold, then bisects, and then measures twice the rate that held', () => {
  expect(ratesTried(1_000)).toEqual([100, 200, 400, 800, 1_600, 1_200, 1_000, 900, 1_800])
})

it('searches below its first rate', () => {
  expect(ratesTried(30)).toEqual([100, 50, 25, 38, 32, 29, 58])
})

it('ends if no rate holds, and if every rate holds', () => {
  expect(ratesTried(0)).toEqual([100, 50, 25, 13, 7, 4])
  expect(ratesTried(Number.POSITIVE_INFINITY).at(-1)).toBe(25_600)
})

it('treats a generator that could not keep up as the limit', () => {
  const invalid = (step: StepResult) => ({
    ...step,
    generator: { ...step.generator, isValid: (step.ratePerSecond ?? 0) < 400 },
  })
  const searched = ratesTried(Number.POSITIVE_INFINITY, invalid)
  const overload = searched.pop()
  expect(Math.max(...searched)).toBe(400)
  expect(overload).toBe(750)
})

it('tries once more if only the generator could not keep up, and marks the rate', () => {
  const late = (step: StepResult) => ({ ...step, generator: { ...step.generator, isValid: false } })

  expect(ratesTried(1_000, late).slice(0, 4)).toEqual([100, 100, 50, 50])
  expect(saturationPointOf(late(stepAt(100, 1_000)), {})).toMatchObject({ holds: false, limitedByGenerator: true })
  expect(saturationPointOf(late(stepAt(2_000, 1_000)), { responseP99Ms: 250 })).not.toHaveProperty('limitedByGenerator')
})

it('treats a shop that falls behind as not holding the rate, however fast its responses are', () => {
  const point = saturationPointOf(
    { ...stepAt(500, 1_000), rates: { offeredPerSecond: 500, acceptedPerSecond: 400, committedPerSecond: 400 } },
    {},
  )
  expect(point).toMatchObject({ channel: 'sync', ratePerSecond: 500, acceptedPerSecond: 400, holds: false })
})
