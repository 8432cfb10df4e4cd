import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Schedules } from './schedules'

beforeEach(() => void vi.useFakeTimers({ now: Date.parse('2026-01-02T03:04:05.678Z') }))
afterEach(() => void vi.useRealTimers())

function start(invoke: (event: unknown) => Promise<unknown>, input?: unknown) {
  const failures: unknown[] = []
  const schedules = new Schedules({
    scheduled: [
      { key: 'sweep', schedule: { everyMs: 60_000, ...(input !== undefined && { input }) }, function: { invoke } },
    ],
    region: 'eu-central-1',
    clock: Date.now,
    onFailure: (key, error) => failures.push([key, error]),
  })
  schedules.start()
  return { schedules, failures }
}

describe('a scheduled function', () => {
  it('is invoked at its rate, with the event of EventBridge', async () => {
    const events: unknown[] = []
    start(async (event) => events.push(event))

    await vi.advanceTimersByTimeAsync(120_000)

    expect(events).toHaveLength(2)
    expect(events[0]).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '000000000000',
      time: '2026-01-02T03:05:05Z',
      region: 'eu-central-1',
      resources: ['arn:aws:events:eu-central-1:000000000000:rule/sweep'],
      detail: {},
    })
  })

  it('is invoked with a new copy of its input, if it has one', async () => {
    const events: { n: number }[] = []
    const change = async (event: unknown) => {
      const input = event as { n: number }
      events.push(input)
      input.n += 1
    }
    start(change, { n: 1 })

    await vi.advanceTimersByTimeAsync(60_000)
    expect(events).toEqual([{ n: 2 }])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(events[1]).not.toBe(events[0])
  })

  it('is skipped while its last invocation runs', async () => {
    let calls = 0
    start(() => {
      calls += 1
      return new Promise(() => {})
    })

    await vi.advanceTimersByTimeAsync(300_000)

    expect(calls).toBe(1)
  })

  it('is reported when it fails, and invoked again at its next time', async () => {
    const defect = new Error('defect')
    const { failures } = start(() => Promise.reject(defect))

    await vi.advanceTimersByTimeAsync(120_000)

    expect(failures).toEqual([
      ['sweep', defect],
      ['sweep', defect],
    ])
  })

  it('is completed at the end, and not invoked any more', async () => {
    let finish: () => void = () => undefined
    let calls = 0
    const { schedules } = start(() => {
      calls += 1
      return new Promise<void>((resolve) => (finish = resolve))
    })
    await vi.advanceTimersByTimeAsync(60_000)

    let isStopped = false
    const stopped = schedules.stop().then(() => (isStopped = true))
    await vi.advanceTimersByTimeAsync(120_000)
    expect({ calls, isStopped }).toEqual({ calls: 1, isStopped: false })
    finish()

    await stopped
    expect(vi.getTimerCount()).toBe(0)
  })
})
