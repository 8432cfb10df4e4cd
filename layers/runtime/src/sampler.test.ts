import { expect, it } from 'vitest'
import { createSampler, type SamplerOptions } from './sampler'

function setUp(options: SamplerOptions) {
  let timeMs = 12_300
  const isTaken = createSampler(options, () => timeMs)
  return {
    goOn: (ms: number) => {
      timeMs += ms
    },
    takenOf: (many: number) => Array.from({ length: many }, isTaken).flatMap((taken, at) => (taken ? [at + 1] : [])),
  }
}

it('a sampler accepts the first calls of a second, and then one of every few', () => {
  const { takenOf } = setUp({ perSecond: 2, every: 3 })

  expect(takenOf(9)).toEqual([1, 2, 5, 8])
})

it('a sampler starts again with each second', () => {
  const { takenOf, goOn } = setUp({ perSecond: 2, every: 100 })
  takenOf(10)

  goOn(699)
  expect(takenOf(10)).toEqual([])
  goOn(1)
  expect(takenOf(10)).toEqual([1, 2])
})

it.each([
  ['all, when it takes each one', { perSecond: 0, every: 1 }, [1, 2, 3, 4]],
  ['only one of so many, when it takes none of the first', { perSecond: 0, every: 2 }, [2, 4]],
])('a sampler accepts %s', (_, options, taken) => {
  expect(setUp(options).takenOf(4)).toEqual(taken)
})
