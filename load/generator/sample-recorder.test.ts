import fc from 'fast-check'
import { expect, test } from 'vitest'
import { REQUEST_KINDS, type Sample } from '../load-plan'
import { SampleRecorder } from './sample-recorder'
import { OUTCOMES, Samples } from './samples'

const times = fc.integer({ min: -10_000_000, max: 2 ** 45 })
const samples: fc.Arbitrary<Sample> = fc.record(
  {
    kind: fc.constantFrom(...REQUEST_KINDS),
    dueUs: times,
    sentUs: times,
    doneUs: times,
    outcome: fc.constantFrom(...OUTCOMES),
    status: fc.integer({ min: 200, max: 599 }),
    orderId: fc.oneof(fc.uuid(), fc.stringMatching(/^[!-~]{1,100}$/)),
    cause: fc.constantFrom('timeout', 'connection', 'insufficient-stock', '500'),
  },
  { requiredKeys: ['kind', 'dueUs', 'sentUs', 'doneUs', 'outcome'] },
)

function recorded(all: readonly Sample[]) {
  const recorder = new SampleRecorder()
  const numbers = all.map((sample) => recorder.record({ ...sample, startedUs: sample.dueUs }))
  return { recorder, numbers }
}

test('samples are returned as they were recorded, thread after thread', () => {
  fc.assert(
    fc.property(fc.array(samples, { maxLength: 50 }), fc.array(samples, { maxLength: 50 }), (one, other) => {
      const all = new Samples([recorded(one).recorder.finish(), recorded(other).recorder.finish()])
      expect([...all]).toEqual([...one, ...other])
      expect(all.length).toBe(one.length + other.length)
    }),
  )
})

test('the number of a sample leads to its order id', () => {
  fc.assert(
    fc.property(fc.array(samples, { minLength: 1, maxLength: 50 }), (all) => {
      const { recorder, numbers } = recorded(all)
      expect(numbers.map((number) => recorder.orderId(number))).toEqual(all.map(({ orderId }) => orderId ?? ''))
    }),
  )
})

test('columns grow with the samples', () => {
  const all = Array.from({ length: 5000 }, (_, index) => ({
    kind: 'order' as const,
    dueUs: index,
    sentUs: index + 1,
    doneUs: index + 2,
    outcome: 'accepted' as const,
    orderId: `order-${index}-${'x'.repeat(index % 60)}`,
  }))
  expect([...new Samples([recorded(all).recorder.finish()])]).toEqual(all)
})

test('an unlimited number of problem types does not fill the table of causes', () => {
  const failed = { kind: 'order', dueUs: 0, sentUs: 0, doneUs: 0, outcome: 'failed' } as const
  const { recorder } = recorded(Array.from({ length: 400 }, (_, index) => ({ ...failed, cause: `problem-${index}` })))
  const causes = [...new Samples([recorder.finish()])].map(({ cause }) => cause)
  expect(causes[0]).toBe('problem-0')
  expect(causes[399]).toBe('other')
  expect(new Set(causes).size).toBe(255)
})
