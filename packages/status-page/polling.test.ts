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
  const page = { isHidden: false, shopResponds: true, polls: 0 }
  const polling = new Polling({
    poll: async () => {
      page.polls += 1
      if (!page.shopResponds) throw new Error('no response')
    },
    isHidden: () => page.isHidden,
    onPulse: (pulse) => pulses.push(pulse),
  })
  return { page, pulses, polling }
}

describe('polling', () => {
  it('polls immediately, and then at equal intervals', async () => {
    const { page, pulses, polling } = setUp()

    polling.wake()
    await vi.advanceTimersByTimeAsync(3 * POLL_EVERY_MS)

    expect(page.polls).toBe(4)
    expect(pulses.at(-1)).toEqual({ state: 'live' })
  })

  it('backs off to two polls a minute while the shop does not respond, and returns to the interval afterwards', async () => {
    const { page, pulses, polling } = setUp()
    page.shopResponds = false

    polling.wake()
    await vi.advanceTimersByTimeAsync(300_000)

    const waits = pulses.map((pulse) => (pulse.state === 'lost' ? pulse.retryInMs : 0))
    expect(waits.slice(0, 5)).toEqual([4_000, 8_000, 16_000, 30_000, 30_000])
    page.shopResponds = true
    await vi.advanceTimersByTimeAsync(30_000)
    expect(pulses.at(-1)).toEqual({ state: 'live' })
    const { polls } = page
    await vi.advanceTimersByTimeAsync(2 * POLL_EVERY_MS)
    expect(page.polls).toBe(polls + 2)
  })

  it('pauses while the page is hidden, and polls immediately when it is shown', async () => {
    const { page, pulses, polling } = setUp()
    polling.wake()
    await vi.advanceTimersByTimeAsync(0)

    page.isHidden = true
    polling.wake()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(page.polls).toBe(1)
    expect(pulses.at(-1)).toEqual({ state: 'paused' })

    page.isHidden = false
    polling.wake()
    expect(page.polls).toBe(2)
  })

  it('never polls twice at the same time', async () => {
    let polls = 0
    const polling = new Polling({
      poll: () => {
        polls += 1
        return new Promise(() => {})
      },
      isHidden: () => false,
      onPulse: () => {},
    })

    polling.wake()
    polling.wake()
    await vi.advanceTimersByTimeAsync(60_000)

    expect(polls).toBe(1)
  })
})
