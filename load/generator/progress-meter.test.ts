import { describe, expect, it } from 'vitest'
import { ProgressMeter } from './progress-meter'
import type { ThreadTally } from './thread-messages'

function tally(
  measured: { offered?: number; dropped?: number; sendDelaysMs?: number[] },
  eventLoopP99Ms = 1,
): ThreadTally {
  const counts = { offered: 0, sent: 0, accepted: 0, refused: 0, failed: 0, dropped: 0, inFlight: 0 }
  const { offered = 0, dropped = 0, sendDelaysMs = [] } = measured
  return {
    ...counts,
    recentResponseMs: new Float64Array(),
    measured: { offered, dropped, recentSendDelayMs: Float64Array.from(sendDelaysMs) },
    eventLoopP99Ms,
  }
}

const healthAfter = (...tallies: readonly ThreadTally[]) => {
  const meter = new ProgressMeter(1)
  for (const each of tallies) meter.add(0, each)
  return meter.read(1_000).health
}

describe('the health during a step', () => {
  it('is unknown in the warm-up', () => {
    expect(healthAfter(tally({}))).toBeUndefined()
  })

  it('has no reason while the generator keeps up', () => {
    const health = healthAfter(tally({ offered: 2, sendDelaysMs: [0.5, 1] }))

    expect(health).toMatchObject({ eventLoopP99Ms: 1, droppedShare: 0 })
    expect(health?.sendDelayP99Ms).toBeCloseTo(1, 1)
    expect(health).not.toHaveProperty('reason')
  })

  it.each([
    ['is late', [tally({ offered: 2, sendDelaysMs: [1, 80] })], /sent requests late: p99 of the send delay 80\.. ms/],
    ['was late earlier', [tally({ offered: 1, sendDelaysMs: [80] }), tally({ offered: 2, sendDelaysMs: [1] })], /late/],
    ['drops requests', [tally({ offered: 100, dropped: 1, sendDelaysMs: [1] })], /dropped requests .*: 1 %/],
    ['reads late', [tally({ offered: 1, sendDelaysMs: [1] }, 30)], /read responses late/],
  ] as const)('says why the measurement is invalid if the generator %s', (_, tallies, reason) => {
    expect(healthAfter(...tallies)?.reason).toMatch(reason)
  })
})
