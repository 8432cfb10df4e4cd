import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { TimeLeft } from './time-left'

describe('the time left', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('decreases until the deadline and beyond', () => {
    const left = TimeLeft.until(Date.now() + 100)
    expect(left.ms).toBe(100)

    vi.advanceTimersByTime(130)

    expect(left.ms).toBe(-30)
  })

  it('does not change when the system clock is set', () => {
    const left = TimeLeft.until(Date.now() + 100)

    vi.setSystemTime(Date.now() - 3_600_000)

    expect(left.ms).toBe(100)
  })

  it.each([
    { left: 100, limit: 30, allowed: 30 },
    { left: 100, limit: 300, allowed: 100 },
    { left: -1, limit: 30, allowed: 0 },
  ])('allows $allowed ms for a step of at most $limit ms when $left ms are left', ({ left, limit, allowed }) => {
    expect(new TimeLeft(left).atMost(limit)).toBe(allowed)
  })
})
