import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LoadPlan, OpenPace, Traffic } from '../load-plan'
import { examplePlan } from '../testing/example-plan'
import { type Schedule, scheduleOf } from './schedule'

const traffic: Traffic = {
  channel: 'kafka',
  kinds: [
    { kind: 'order', weight: 6 },
    { kind: 'status', weight: 3 },
    { kind: 'cancel', weight: 1 },
    { kind: 'browse', weight: 0 },
  ],
  products: [
    { id: 7, weight: 9 },
    { id: 1_000_000_007, weight: 1 },
  ],
  userPrefix: 'load',
  users: 5,
}

const paces = fc.record<OpenPace>({
  loop: fc.constant('open'),
  arrivals: fc.constantFrom('uniform', 'poisson'),
  ratePerSecond: fc.double({ min: 0.5, max: 500, noNaN: true }),
  durationMs: fc.integer({ min: 1, max: 1000 }),
})
const plans = fc
  .tuple(paces, fc.integer(), fc.integer({ min: 0, max: 500 }))
  .map(([pace, seed, warmupMs]) => ({ pace, plan: examplePlan({ pace, seed, warmupMs, traffic }) }))

function requestsOf(schedule: Schedule) {
  return Array.from({ length: schedule.length }, (_, index) => ({
    dueMs: schedule.dueMs[index],
    ...schedule.at(index),
  }))
}

function exampleSchedule(arrivals: OpenPace['arrivals'], changes: Partial<LoadPlan> = {}): Schedule {
  const pace: OpenPace = { loop: 'open', arrivals, ratePerSecond: 1000, durationMs: 100_000 }
  return scheduleOf(examplePlan({ pace, traffic, ...changes }), pace)
}

test('the shares of all threads together are the schedule', () => {
  fc.assert(
    fc.property(plans, fc.integer({ min: 1, max: 5 }), ({ plan, pace }, threads) => {
      const whole = scheduleOf(plan, pace)
      const shares = Array.from({ length: threads }, (_, thread) => requestsOf(whole.share(thread, threads)))
      const dealt = Array.from({ length: whole.length }, (_, index) => {
        return shares[index % threads]?.[Math.floor(index / threads)]
      })
      expect(dealt).toEqual(requestsOf(whole))
      expect(shares.flat()).toHaveLength(whole.length)
    }),
  )
})

test('due times rise from the start of the warm-up to the end', () => {
  fc.assert(
    fc.property(plans, ({ plan, pace }) => {
      const { dueMs } = scheduleOf(plan, pace)
      expect([...dueMs]).toEqual([...dueMs].sort((a, b) => a - b))
      expect(dueMs[0] ?? -plan.warmupMs).toBeGreaterThanOrEqual(-plan.warmupMs)
      expect(dueMs.at(-1) ?? 0).toBeLessThan(pace.durationMs + 1e-6)
    }),
  )
})

test('the same plan gives the same requests, and another seed gives others', () => {
  const schedule = requestsOf(exampleSchedule('poisson'))
  expect(requestsOf(exampleSchedule('poisson'))).toEqual(schedule)
  const other = exampleSchedule('poisson', { seed: 2 })
  expect([...other.dueMs]).not.toEqual(schedule.map(({ dueMs }) => dueMs))
  expect(other.at(0)).not.toMatchObject({ pick: schedule[0]?.pick })
})

test('the requests do not depend on the kind of arrivals', () => {
  const uniform = exampleSchedule('uniform')
  const poisson = exampleSchedule('poisson')
  const choices = (schedule: Schedule) => Array.from({ length: 1000 }, (_, index) => schedule.at(index))
  expect(choices(uniform)).toEqual(choices(poisson))
})

test('uniform arrivals have the given rate and are evenly spaced', () => {
  const { dueMs } = exampleSchedule('uniform')
  expect(dueMs).toHaveLength(100_000)
  expect(dueMs[12_345]).toBeCloseTo(12_345, 6)
})

test('Poisson arrivals have the given rate, and gaps whose deviation equals their mean', () => {
  const { dueMs } = exampleSchedule('poisson')
  // Five standard deviations of a count of 100,000; the seed is fixed.
  expect(Math.abs(dueMs.length - 100_000)).toBeLessThan(5 * Math.sqrt(100_000))
  const gaps = dueMs.slice(1).map((due, index) => due - (dueMs[index] ?? 0))
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
  const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length)
  expect(deviation / mean).toBeCloseTo(1, 1)
})

test('kinds, products and users occur by their weight', () => {
  const requests = requestsOf(exampleSchedule('uniform'))
  const share = (matches: (request: (typeof requests)[number]) => boolean) =>
    requests.filter(matches).length / requests.length
  expect(share(({ kind }) => kind === 'order')).toBeCloseTo(0.6, 2)
  expect(share(({ kind }) => kind === 'status')).toBeCloseTo(0.3, 2)
  expect(share(({ kind }) => kind === 'cancel')).toBeCloseTo(0.1, 2)
  expect(share(({ kind }) => kind === 'browse')).toBe(0)
  expect(share(({ productId }) => productId === 1_000_000_007)).toBeCloseTo(0.1, 2)
  for (const user of [0, 1, 2, 3, 4]) expect(share((request) => request.user === user)).toBeCloseTo(0.2, 2)
  expect(share(({ pick }) => pick >= 0 && pick < 1)).toBe(1)
})
