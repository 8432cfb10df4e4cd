import { describe, expect, it } from 'vitest'
import { median, nearestRank, quantileOf, rangeOf } from './quantile'

describe('a quantile by nearest rank', () => {
  it.each([
    [0, 1],
    [0.5, 2],
    [0.51, 3],
    [0.99, 4],
    [1, 4],
  ])('of share %d is %d', (share, value) => {
    expect(nearestRank([1, 2, 3, 4], share)).toBe(value)
    expect(quantileOf([4, 1, 3, 2], share)).toBe(value)
  })

  it('is missing without values', () => {
    expect(nearestRank([], 0.5)).toBeUndefined()
    expect(median([])).toBeNaN()
  })
})

it('has the median and the range of values in any order', () => {
  expect(median([9, 1, 5])).toBe(5)
  expect(rangeOf([9, 1, 5])).toEqual([1, 9])
})
