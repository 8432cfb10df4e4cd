import { expect, it } from 'vitest'
import { WaitEstimate } from './wait-estimate'

/** Batches that follow each other without a break from time 0. @returns the time at their end */
function complete(estimate: WaitEstimate, batches: number, items: number, durationMs: number, from = 0): number {
  let now = from
  for (let batch = 0; batch < batches; batch++) {
    now += durationMs
    estimate.completed(items, now)
  }
  return now
}

it('is 0 before anything was measured', () => {
  expect(new WaitEstimate().waitMs(1_000, 60_000)).toBe(0)
})

it('is the number of items before it, divided by the throughput', () => {
  const estimate = new WaitEstimate()
  const now = complete(estimate, 20, 10, 50)

  expect(estimate.waitMs(100, now)).toBeCloseTo(500)
})

it('follows a change of the throughput within a few batches', () => {
  const estimate = new WaitEstimate()
  const before = complete(estimate, 20, 1, 50)
  const now = complete(estimate, 5, 100, 100, before)

  expect(estimate.waitMs(1_000, now)).toBeLessThan(2_000)
  expect(estimate.waitMs(1_000, now)).toBeGreaterThan(1_000)
})

it('rises with the time that a batch hangs, and with a batch that fails', () => {
  const estimate = new WaitEstimate()
  const now = complete(estimate, 20, 10, 50)
  const usual = estimate.waitMs(10, now)

  expect(estimate.waitMs(10, now + 1_000)).toBeGreaterThan(usual * 4)
  estimate.completed(0, now + 1_000)
  expect(estimate.waitMs(10, now + 1_000)).toBeGreaterThan(usual * 4)
})

it('does not count the time without work', () => {
  const estimate = new WaitEstimate()
  const now = complete(estimate, 20, 10, 50)
  estimate.busyFrom(now + 60_000)

  expect(estimate.waitMs(100, now + 60_000)).toBeCloseTo(500)
})

it('survives a clock that is set back', () => {
  const estimate = new WaitEstimate()
  const now = complete(estimate, 20, 10, 50)

  estimate.completed(10, now - 3_600_000)

  expect(estimate.waitMs(100, now - 3_600_000)).toBeGreaterThan(0)
})
