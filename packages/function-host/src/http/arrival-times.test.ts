import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ArrivalTimes } from './arrival-times'

const NOON = Date.parse('2026-01-01T12:00:00Z')
let stalledMs = 0
let arrivals: ArrivalTimes

beforeEach(() => {
  vi.useFakeTimers({ now: NOON })
  stalledMs = 0
  const elapsedMs = () => Date.now() - NOON + stalledMs
  arrivals = new ArrivalTimes(() => NOON + elapsedMs(), elapsedMs)
  arrivals.start()
})

afterEach(() => {
  arrivals.stop()
  vi.useRealTimers()
})

/** How long ago a request that is read now may have arrived. */
const ageMs = () => Date.now() + stalledMs - arrivals.earliest()

it('a request has just arrived in a process that runs', () => {
  vi.advanceTimersByTime(12_345)

  expect(ageMs()).toBe(0)
})

it('a request that is read right after a stall may have arrived at its beginning', () => {
  vi.advanceTimersByTime(1_000)
  stalledMs = 10_000

  expect(ageMs()).toBe(10_000)
})

it('so may a request that is read later, until the event loop has been on time for a second', () => {
  vi.advanceTimersByTime(1_000)
  stalledMs = 10_000
  vi.advanceTimersByTime(100)
  expect(ageMs()).toBe(10_100)
  vi.advanceTimersByTime(800)
  stalledMs += 300
  vi.advanceTimersByTime(500)

  expect(ageMs()).toBe(11_700)
})

it('a request has just arrived when the event loop has been on time for a second', () => {
  vi.advanceTimersByTime(1_000)
  stalledMs = 10_000
  vi.advanceTimersByTime(1_100)

  expect(ageMs()).toBe(0)
})

it('short delays of the event loop do not count', () => {
  vi.advanceTimersByTime(1_000)
  stalledMs = 4_800

  expect(ageMs()).toBe(0)
})

it('a request has just arrived two seconds after a stall, even if the event loop is never on time', () => {
  vi.advanceTimersByTime(1_000)
  stalledMs = 10_000
  for (let beat = 0; beat < 8; beat++) {
    vi.advanceTimersByTime(100)
    stalledMs += 250
  }

  expect(ageMs()).toBe(0)
})

it('a request is never so old that it counts as a recorded event', () => {
  vi.advanceTimersByTime(1_000)
  stalledMs = 3_600_000

  expect(ageMs()).toBe(29_000)
})
