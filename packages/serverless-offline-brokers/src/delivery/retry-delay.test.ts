import { describe, expect, it } from 'vitest'
import { retryDelayMs, wait } from './retry-delay'

describe('retryDelayMs', () => {
  it('doubles from the first delay up to the longest', () => {
    const delay = { firstMs: 100, longestMs: 1_000 }

    expect([1, 2, 3, 4, 5, 2_000].map((failures) => retryDelayMs(delay, failures))).toEqual([
      100, 200, 400, 800, 1_000, 1_000,
    ])
  })
})

describe('wait', () => {
  it('returns whether the time has passed or the wait was aborted', async () => {
    const halt = new AbortController()
    const waiting = wait(60_000, halt.signal)
    halt.abort()

    expect(await waiting).toBe(false)
    expect(await wait(60_000, halt.signal)).toBe(false)
    expect(await wait(0, new AbortController().signal)).toBe(true)
  })
})
