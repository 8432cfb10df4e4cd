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
    // The request waits a second for a connection, which is not the generator's fault.
    const sentUs = dueUs + 1_000_000
    recorder.record({ kind: 'order', dueUs, startedUs: dueUs + lateUs, sentUs, doneUs: sentUs + 1, outcome })
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
    sendDelayP99Ms: 0.5,
    sendDelayMaxMs: 0.5,
    droppedShare: 0,
    ...measured,
  })
})

test('a generator is invalid if more than one request in a hundred is late', () => {
  const late = (times: number) => columns(1000, (index) => (index < times ? { lateUs: 20_000 } : {}))
  expect(healthOf(late(10), measured)).toMatchObject({ isValid: true, sendDelayMaxMs: 20 })
  expect(healthOf(late(11), measured)).toMatchObject({
    isValid: false,
    reason: 'the generator sent requests late: p99 of the send delay 20.0 ms (limit: 10.0 ms)',
  })
})

test('a generator is invalid if it drops more than one request in a thousand', () => {
  const dropped = (times: number) => columns(1000, (index) => (index < times ? { outcome: 'dropped' } : {}))
  expect(healthOf(dropped(1), measured).isValid).toBe(true)
  expect(healthOf(dropped(2), measured)).toMatchObject({
    isValid: false,
    droppedShare: 0.002,
    reason: 'the generator dropped requests because too many were in flight: 0.2 % (limit: 0.1 %)',
  })
})

test('a generator is invalid if it reads responses late', () => {
  expect(
    healthOf(
      columns(10, () => ({})),
      { ...measured, eventLoopP99Ms: 12 },
    ),
  ).toMatchObject({
    isValid: false,
    reason: 'the generator read responses late: p99 of the event loop delay 12.0 ms (limit: 10.0 ms)',
  })
})

test('the health ignores the warm-up', () => {
  const coldStart = columns(1000, (index) =>
    index < 500 ? { dueUs: index - 500, lateUs: 50_000, outcome: 'dropped' } : {},
  )
  expect(healthOf(coldStart, measured)).toMatchObject({ isValid: true, droppedShare: 0, sendDelayMaxMs: 0.5 })
})
