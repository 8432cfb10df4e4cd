import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { CallerGoneError, ExpiredError } from './errors'
import { Mutex } from './mutex'

const NOON = Date.parse('2026-01-01T12:00:00Z')

beforeEach(() => {
  vi.useFakeTimers({ now: NOON })
})

afterEach(() => {
  vi.useRealTimers()
})

/** A mutex that is held for the given time. */
function setUpHeld(heldMs: number) {
  const mutex = new Mutex({ maxWaiting: 10 })
  void mutex.run(() => new Promise((resolve) => setTimeout(resolve, heldMs)))
  const started: string[] = []
  const run = (name: string, limits?: Parameters<typeof mutex.run>[1]) =>
    mutex.run(async () => started.push(name), limits)
  return { mutex, started, run }
}

it('refuses a caller at its deadline, while the work before it still runs', async () => {
  const { started, run } = setUpHeld(10_000)
  const outcome = Promise.allSettled([run('late', { deadline: NOON + 3_000 })])

  await vi.advanceTimersByTimeAsync(3_000)

  expect(await outcome).toEqual([{ status: 'rejected', reason: new ExpiredError() }])
  await vi.advanceTimersByTimeAsync(10_000)
  expect(started).toEqual([])
})

it('passes the lock to the next caller that still waits', async () => {
  const { mutex, started, run } = setUpHeld(1_000)
  const outcomes = Promise.allSettled([
    run('expired', { deadline: NOON + 500 }),
    run('gone', { isGone: () => true }),
    run('here', { deadline: NOON + 2_000 }),
  ])

  await vi.advanceTimersByTimeAsync(1_000)

  expect(await outcomes).toMatchObject([
    { reason: new ExpiredError() },
    { reason: new CallerGoneError() },
    { status: 'fulfilled' },
  ])
  expect(started).toEqual(['here'])
  expect(mutex.busyPeriod).toBeUndefined()
})

it('starts no work whose deadline has passed already', async () => {
  const mutex = new Mutex({ maxWaiting: 10 })

  await expect(mutex.run(async () => 1, { deadline: NOON })).rejects.toThrow(ExpiredError)
  expect(mutex.busyPeriod).toBeUndefined()
})
