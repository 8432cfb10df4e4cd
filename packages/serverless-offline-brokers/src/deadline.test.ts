import { describe, expect, it } from 'vitest'
import { settlesWithin, withinTime } from './deadline'

const never = new Promise<never>(() => {})
const lateError = () => new Error('too late')

describe('withinTime', () => {
  it('settles as the promise does, or rejects when the time is over', async () => {
    expect(await withinTime(Promise.resolve('done'), 60_000, lateError)).toBe('done')
    await expect(withinTime(Promise.reject(new Error('no')), 60_000, lateError)).rejects.toThrow('no')
    await expect(withinTime(never, 0, lateError)).rejects.toThrow('too late')
  })
})

describe('settlesWithin', () => {
  it('returns whether a promise settles in time, and throws its rejection', async () => {
    expect(await settlesWithin(60_000, Promise.resolve())).toBe(true)
    expect(await settlesWithin(0, never)).toBe(false)
    await expect(settlesWithin(60_000, Promise.reject(new Error('no')))).rejects.toThrow('no')
  })
})
