import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { POLL_EVERY_MS, Polling, type Pulse } from './polling'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function setUp() {
  const pulses: Pulse[] = []
  const page = { isHidden: false, answers: true, asked: 0 }
  const polling = new Polling({
    ask: async () => {
      page.asked += 1
      if (!page.answers) throw new Error('nobody')
    },
    isHidden: () => page.isHidden,
    pulse: (pulse) => pulses.push(pulse),
  })
  return { page, pulses, polling }
}

describe('polling', () => {
  it('asks at once, and then in even steps', async () => {
    const { page, pulses, polling } = setUp()

    polling.wake()
    await vi.advanceTimersByTimeAsync(3 * POLL_EVERY_MS)

    expect(page.asked).toBe(4)
    expect(pulses.at(-1)).toEqual({ state: 'live' })
  })

  it('asks less and less often while nobody answers, twice a minute at least, and evenly again afterwards', async () => {
    const { page, pulses, polling } = setUp()
    page.answers = false

    polling.wake()
    await vi.advanceTimersByTimeAsync(300_000)

    const waits = pulses.map((pulse) => (pulse.state === 'lost' ? pulse.retryInMs : 0))
    expect(waits.slice(0, 5)).toEqual([4_000, 8_000, 16_000, 30_000, 30_000])
    page.answers = true
    await vi.advanceTimersByTimeAsync(30_000)
    expect(pulses.at(-1)).toEqual({ state: 'live' })
    const { asked } = page
    await vi.advanceTimersByTimeAsync(2 * POLL_EVERY_MS)
    expect(page.asked).toBe(asked + 2)
  })

  it('asks nothing while it is hidden, and at once when it is shown', async () => {
    const { page, pulses, polling } = setUp()
    polling.wake()
    await vi.advanceTimersByTimeAsync(0)

    page.isHidden = true
    polling.wake()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(page.asked).toBe(1)
    expect(pulses.at(-1)).toEqual({ state: 'paused' })

    page.isHidden = false
    polling.wake()
    expect(page.asked).toBe(2)
  })

  it('asks one question at a time', async () => {
    let asked = 0
    const polling = new Polling({
      ask: () => {
        asked += 1
        return new Promise(() => {})
      },
      isHidden: () => false,
      pulse: () => {},
    })

    polling.wake()
    polling.wake()
    await vi.advanceTimersByTimeAsync(60_000)

    expect(asked).toBe(1)
  })
})
