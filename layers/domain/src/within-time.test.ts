import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { withinTime } from './within-time'

const TIMEOUT_MS = 1_000
const tooLate = () => new Error('too late')

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('work with a time limit', () => {
  it('resolves with the result of the work, and leaves no timer', async () => {
    expect(await withinTime(Promise.resolve('done'), TIMEOUT_MS, tooLate)).toBe('done')

    expect(vi.getTimerCount()).toBe(0)
  })

  it('rejects with the error of the work, and leaves no timer', async () => {
    await expect(withinTime(Promise.reject(new Error('broken')), TIMEOUT_MS, tooLate)).rejects.toThrow('broken')

    expect(vi.getTimerCount()).toBe(0)
  })

  it('rejects with the error for late work when the time is over', async () => {
    const limited = expect(withinTime(new Promise(() => undefined), TIMEOUT_MS, tooLate)).rejects.toThrow('too late')
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS)

    await limited
  })

  it('ignores a late failure of the work', async () => {
    let fail = (_: Error): void => undefined
    const work = new Promise<never>((_, reject) => {
      fail = reject
    })
    const limited = expect(withinTime(work, TIMEOUT_MS, tooLate)).rejects.toThrow('too late')
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS)
    await limited

    fail(new Error('broken'))

    await expect(work).rejects.toThrow('broken')
  })
})
