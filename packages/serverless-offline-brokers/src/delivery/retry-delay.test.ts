import { describe, expect, it } from 'vitest'
import { retryDelayMs, settlesWithin, wait } from './retry-delay'

describe('retryDelayMs', () => {
  it('doubles from the first to the longest', () => {
    const delay = { firstMs: 100, longestMs: 1_000 }

    expect([1, 2, 3, 4, 5, 2_000].map((failures) => retryDelayMs(delay, failures))).toEqual([
      100, 200, 400, 800, 1_000, 1_000,
    ])
  })
})

describe('wait', () => {
  it('tells whether the time has passed or it was aborted', async () => {
    const halt = new AbortController()
    const waiting = wait(60_000, halt.signal)
    halt.abort()

    expect(await waiting).toBe(false)
    expect(await wait(60_000, halt.signal)).toBe(false)
    expect(await wait(0, new AbortController().signal)).toBe(true)
  })
})

describe('settlesWithin', () => {
  it('tells whether a promise settles in time, and throws what it rejects with', async () => {
    expect(await settlesWithin(60_000, Promise.resolve())).toBe(true)
    expect(await settlesWithin(0, new Promise(() => {}))).toBe(false)
    await expect(settlesWithin(60_000, Promise.reject(new Error('no')))).rejects.toThrow('no')
  })
})
