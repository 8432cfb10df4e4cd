import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { DeadlineWatch } from './deadline-watch'
import { OutcomeUnknownError } from './errors'

const NOON = Date.parse('2026-01-01T12:00:00Z')
const never = () => new Promise<never>(() => undefined)

beforeEach(() => {
  vi.useFakeTimers({ now: NOON })
})

afterEach(() => {
  vi.useRealTimers()
})

it('passes on the result and the error of work that ends before its deadline', async () => {
  const watch = new DeadlineWatch()
  const error = new Error('no such product')

  expect(await watch.until(NOON + 10, Promise.resolve(7))).toBe(7)
  await expect(watch.until(NOON + 10, Promise.reject(error))).rejects.toBe(error)
})

it('ends the waiting at each deadline, in any order of the calls', async () => {
  const watch = new DeadlineWatch()
  const ends: number[] = []
  for (const deadlineMs of [300, 100, 200, 100]) {
    watch.until(NOON + deadlineMs, never()).catch((error) => {
      expect(error).toBeInstanceOf(OutcomeUnknownError)
      ends.push(deadlineMs)
    })
  }

  await vi.advanceTimersByTimeAsync(99)
  expect(ends).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(ends).toEqual([100, 100])
  await vi.advanceTimersByTimeAsync(200)

  expect(ends).toEqual([100, 100, 200, 300])
})

it('needs one timer, and none when all deadlines have passed', async () => {
  const watch = new DeadlineWatch()
  for (let item = 0; item < 100; item++) void watch.until(NOON + 1_000 + item, Promise.resolve(item))
  expect(vi.getTimerCount()).toBe(1)

  await vi.advanceTimersByTimeAsync(2_000)

  expect(vi.getTimerCount()).toBe(0)
})

it('waits for a deadline that is further away than the longest timer', async () => {
  const watch = new DeadlineWatch()
  let hasEnded = false
  watch.until(NOON + 2 ** 32, never()).catch(() => {
    hasEnded = true
  })

  await vi.advanceTimersByTimeAsync(2 ** 31)
  expect(hasEnded).toBe(false)
  await vi.advanceTimersByTimeAsync(2 ** 31)

  expect(hasEnded).toBe(true)
})

it('sets no timer for a call without an end', async () => {
  expect(await new DeadlineWatch().until(Number.POSITIVE_INFINITY, Promise.resolve(1))).toBe(1)
  expect(vi.getTimerCount()).toBe(0)
})
