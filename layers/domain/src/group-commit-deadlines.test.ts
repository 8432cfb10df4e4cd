import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CallLimits } from './call-limits'
import { CallerGoneError, ExpiredError, OutcomeUnknownError, OverloadedError } from './errors'
import { GroupCommit } from './group-commit'

const NOON = Date.parse('2026-01-01T12:00:00Z')

beforeEach(() => {
  vi.useFakeTimers({ now: NOON })
})

afterEach(() => {
  vi.useRealTimers()
})

const inMs = (ms: number): CallLimits => ({ deadline: NOON + ms })

/** A store that takes no batch any further until `thaw`. It records what it has received. */
function setUpFrozen({ maxBatch = 10, maxWaiting = 1_000 } = {}) {
  const batches: number[][] = []
  const deadlines: (number | undefined)[] = []
  let thaw = () => {}
  let frozen = new Promise<void>((resolve) => {
    thaw = resolve
  })
  const group = new GroupCommit<number, number>(
    async (items, { deadline }) => {
      batches.push(items)
      deadlines.push(deadline)
      await frozen
      return items
    },
    // A step of the faked system clock stands for the time in which the process was stopped.
    { maxBatch, maxWaiting, now: () => Date.now() },
  )
  return {
    group,
    batches,
    deadlines,
    thaw: async () => {
      frozen = Promise.resolve()
      thaw()
      await vi.advanceTimersByTimeAsync(0)
    },
  }
}

describe('a group commit whose store hangs', () => {
  it('answers each of 100 callers at the deadline of the caller', async () => {
    const { group } = setUpFrozen()
    const answeredAfterMs: number[] = []
    for (let item = 0; item < 100; item++) {
      group.submit(item, inMs(3_000 + item)).catch(() => answeredAfterMs.push(Date.now() - NOON))
    }

    await vi.advanceTimersByTimeAsync(3_050)
    expect(answeredAfterMs).toHaveLength(51)
    await vi.advanceTimersByTimeAsync(100)

    expect(answeredAfterMs).toHaveLength(100)
    for (const [item, ms] of answeredAfterMs.entries()) expect(ms - (3_000 + item)).toBeOneOf([0, 1])
  })

  it('says which outcome is unknown, and which item was not processed', async () => {
    const { group } = setUpFrozen()
    const outcomes = Promise.allSettled([group.submit(1, inMs(3_000)), group.submit(2, inMs(3_000))])

    await vi.advanceTimersByTimeAsync(3_000)

    expect(await outcomes).toEqual([
      { status: 'rejected', reason: new OutcomeUnknownError() },
      { status: 'rejected', reason: new ExpiredError() },
    ])
  })

  it('does not process the items that expired, when the store works again', async () => {
    const { group, batches, thaw } = setUpFrozen()
    const late = Promise.allSettled([1, 2, 3].map((item) => group.submit(item, inMs(3_000))))
    const patient = group.submit(4, inMs(10_000))
    await vi.advanceTimersByTimeAsync(5_000)

    await thaw()

    expect(await patient).toBe(4)
    expect(batches).toEqual([[1], [4]])
    expect((await late).every(({ status }) => status === 'rejected')).toBe(true)
  })

  it('is not slowed down by expired items, when the store works again', async () => {
    const { group, thaw } = setUpFrozen()
    const late = Promise.allSettled(Array.from({ length: 50 }, (_, item) => group.submit(item, inMs(3_000))))
    await vi.advanceTimersByTimeAsync(3_000)
    await late
    await thaw()

    expect(await group.submit(99, inMs(6_000))).toBe(99)
  })
})

describe('a deadline', () => {
  it('that has passed already lets nothing start', async () => {
    const { group, batches } = setUpFrozen()

    await expect(group.submit(1, inMs(0))).rejects.toThrow(ExpiredError)
    expect(batches).toEqual([])
  })

  it('of a batch is the latest of its items', async () => {
    const { group, deadlines, thaw } = setUpFrozen()
    void group.submit(1, inMs(1_000))
    const rest = [2, 3, 4].map((item) => group.submit(item, inMs(item * 1_000)))

    await thaw()
    await Promise.all(rest)

    expect(deadlines).toEqual([NOON + 1_000, NOON + 3_000, NOON + 4_000])
  })

  it('is absent from a batch that has an item without one', async () => {
    const { group, deadlines, thaw } = setUpFrozen()
    void group.submit(1, inMs(1_000))
    const rest = [group.submit(2, inMs(1_000)), group.submit(3), group.submit(4)]

    await thaw()
    await Promise.all(rest)

    expect(deadlines).toEqual([NOON + 1_000, undefined, undefined])
  })

  it('is observed when timers are late, as in a process that was stopped', async () => {
    const { group, batches, thaw } = setUpFrozen()
    const first = group.submit(1, inMs(60_000))
    const waiting = Promise.allSettled([group.submit(2, inMs(3_000))])

    vi.setSystemTime(NOON + 20_000)
    await thaw()

    expect(await first).toBe(1)
    expect(await waiting).toEqual([{ status: 'rejected', reason: new ExpiredError() }])
    expect(batches).toEqual([[1]])
  })

  it('ends a batch of expired items without a call of the store', async () => {
    const { group, batches, thaw } = setUpFrozen()
    const first = group.submit(1)
    const expired = Promise.allSettled([2, 3, 4].map((item) => group.submit(item, inMs(100))))
    vi.setSystemTime(NOON + 200)

    await thaw()
    await first
    await expired

    expect(batches).toEqual([[1]])
    expect(group.busyPeriod).toBeUndefined()
  })
})

it('an item whose caller has disconnected is not processed', async () => {
  const { group, batches, thaw } = setUpFrozen()
  let isGone = false
  void group.submit(1)
  const gone = Promise.allSettled([group.submit(2, { isGone: () => isGone })])
  const here = group.submit(3, { isGone: () => false })
  isGone = true

  await thaw()

  expect(await here).toBe(3)
  expect(await gone).toEqual([{ status: 'rejected', reason: new CallerGoneError() }])
  expect(batches).toEqual([[1], [3]])
})

describe('an overloaded group commit', () => {
  const BATCH_MS = 50
  const MAX_BATCH = 10
  /** 10 items in 50 ms. */
  const CAPACITY = 200
  const DEADLINE_MS = 3_000

  /** Offers items at a rate for a time. @returns what became of each, and after how long */
  async function offer(perSecond: number, seconds: number, group: GroupCommit<number, number>) {
    const results: { kind: 'done' | 'refused' | 'late'; afterMs: number }[] = []
    const everyMs = 1_000 / perSecond
    for (let item = 0; item < perSecond * seconds; item++) {
      const startedAt = Date.now()
      const settle = (kind: 'done' | 'refused' | 'late') => results.push({ kind, afterMs: Date.now() - startedAt })
      group.submit(item, { deadline: startedAt + DEADLINE_MS }).then(
        () => settle('done'),
        (error) => settle(error instanceof OverloadedError ? 'refused' : 'late'),
      )
      const dueAt = NOON + (item + 1) * everyMs
      if (dueAt > Date.now()) await vi.advanceTimersByTimeAsync(dueAt - Date.now())
    }
    await vi.advanceTimersByTimeAsync(DEADLINE_MS)
    return results
  }

  const createGroup = () =>
    new GroupCommit<number, number>((items) => new Promise((resolve) => setTimeout(() => resolve(items), BATCH_MS)), {
      maxBatch: MAX_BATCH,
      maxWaiting: 100_000,
    })

  it.each([2, 8])('completes as much as it can at %i times its capacity, and refuses the rest early', async (times) => {
    const seconds = 8
    const results = await offer(CAPACITY * times, seconds, createGroup())

    const done = results.filter(({ kind }) => kind === 'done')
    const refused = results.filter(({ kind }) => kind === 'refused')
    const late = results.filter(({ kind }) => kind === 'late')
    expect(done.length).toBeGreaterThan(CAPACITY * seconds * 0.95)
    expect(refused.every(({ afterMs }) => afterMs === 0)).toBe(true)
    // Only the items that arrived before the queue had proven slow.
    expect(late.length).toBeLessThan(CAPACITY * times)
    expect(done.every(({ afterMs }) => afterMs <= DEADLINE_MS)).toBe(true)
  })

  it.each([0.5, 0.95])('refuses nothing at %f times its capacity', async (times) => {
    const results = await offer(CAPACITY * times, 5, createGroup())

    expect(results.every(({ kind }) => kind === 'done')).toBe(true)
  })

  it('accepts a burst after a quiet time, in which small batches had a low throughput', async () => {
    const group = createGroup()
    for (let item = 0; item < 20; item++) {
      const placed = group.submit(item, { deadline: Date.now() + DEADLINE_MS })
      await vi.advanceTimersByTimeAsync(BATCH_MS)
      await placed
    }

    const burst = Array.from({ length: 400 }, (_, item) => group.submit(item, { deadline: Date.now() + DEADLINE_MS }))
    await vi.advanceTimersByTimeAsync(DEADLINE_MS)

    expect(await Promise.all(burst)).toHaveLength(400)
  })

  it('accepts items again when the queue has drained', async () => {
    const group = createGroup()
    await offer(CAPACITY * 5, 5, group)
    await vi.advanceTimersByTimeAsync(DEADLINE_MS)

    const placed = group.submit(1, { deadline: Date.now() + DEADLINE_MS })
    await vi.advanceTimersByTimeAsync(BATCH_MS)

    expect(await placed).toBe(1)
  })
})
