import { expect, test } from 'vitest'
import type { Sample } from '../load-plan'
import { healthOf } from './health'
import { SampleRecorder } from './sample-recorder'

const measured = { cpuPercent: 20, eventLoopP99Ms: 1 }

interface Given {
  readonly dueUs?: number
  readonly lateUs?: number
  readonly outcome?: Sample['outcome']
}

function columns(count: number, given: (index: number) => Given) {
  const recorder = new SampleRecorder()
  for (let index = 0; index < count; index++) {
    const { dueUs = index * 1000, lateUs = 500, outcome = 'accepted' } = given(index)
    // It waits for a connection for a second, which is no fault of the generator.
    const sentUs = dueUs + 1_000_000
    recorder.record({ kind: 'order', dueUs, takenUs: dueUs + lateUs, sentUs, doneUs: sentUs + 1, outcome })
  }
  return [recorder.finish()]
}

test('a generator that keeps up is valid, however slow the shop is', () => {
  expect(
    healthOf(
      columns(1000, () => ({})),
      measured,
    ),
  ).toEqual({
    isValid: true,
    latenessP99Ms: 0.5,
    latenessMaxMs: 0.5,
    droppedShare: 0,
    ...measured,
  })
})

test('it may be late once in a hundred times, and not more often', () => {
  const late = (times: number) => columns(1000, (index) => (index < times ? { lateUs: 20_000 } : {}))
  expect(healthOf(late(10), measured)).toMatchObject({ isValid: true, latenessMaxMs: 20 })
  expect(healthOf(late(11), measured)).toMatchObject({
    isValid: false,
    reason: 'requests left 20.0 ms late at p99, more than 10 ms',
  })
})

test('it may drop one request in a thousand, and not more', () => {
  const dropped = (times: number) => columns(1000, (index) => (index < times ? { outcome: 'dropped' } : {}))
  expect(healthOf(dropped(1), measured).isValid).toBe(true)
  expect(healthOf(dropped(2), measured)).toMatchObject({
    isValid: false,
    droppedShare: 0.002,
    reason: '0.20 % of the requests were dropped, as too many were in flight, more than 0.1 %',
  })
})

test('it may not leave answers unread', () => {
  expect(
    healthOf(
      columns(10, () => ({})),
      { ...measured, eventLoopP99Ms: 12 },
    ),
  ).toMatchObject({
    isValid: false,
    reason: 'answers waited 12.0 ms to be read at p99, more than 10 ms',
  })
})

test('the warm-up does not count', () => {
  const coldStart = columns(1000, (index) =>
    index < 500 ? { dueUs: index - 500, lateUs: 50_000, outcome: 'dropped' } : {},
  )
  expect(healthOf(coldStart, measured)).toMatchObject({ isValid: true, droppedShare: 0, latenessMaxMs: 0.5 })
})
