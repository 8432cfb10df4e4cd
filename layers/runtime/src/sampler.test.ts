import { expect, it } from 'vitest'
import { createSampler } from './sampler'

it.each([
  [1, [true, true, true, true]],
  [3, [true, false, false, true]],
])('a sampler of one in %i takes the first, and then every one of that many', (every, expected) => {
  const isTaken = createSampler(every)

  expect(expected.map(() => isTaken())).toEqual(expected)
})
