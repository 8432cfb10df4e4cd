import { describe, expect, it } from 'vitest'
import { linearRange, logRange, logTicks } from './scales'

describe('the range of an axis', () => {
  it('begins at zero and ends at a round number beyond the greatest value', () => {
    expect(linearRange([3, 431, Number.NaN])).toEqual([0, 500])
    expect(linearRange([0.7])).toEqual([0, 0.8])
  })

  it.each([
    [[0.03], 1, 1],
    [[3], 10, 10],
    [[], 10, 10],
    [[11], 10, 12],
  ])('for %j ends at %d or beyond: at %d', (values, leastEnd, end) => {
    expect(linearRange(values, leastEnd)).toEqual([0, end])
  })

  it('is never empty', () => {
    expect(linearRange([])).toEqual([0, 1])
    expect(logRange([0, Number.NaN])).toEqual([1, 10])
    expect(logRange([5])).toEqual([5, 50])
  })

  it('lies between round numbers on a logarithmic scale, and ignores values that are not above zero', () => {
    expect(logRange([0, 0.7, 41, 180])).toEqual([0.5, 200])
    expect(logRange([0.03, 1000])).toEqual([0.02, 1000])
  })
})

describe('the ticks of a logarithmic axis', () => {
  it('are all round numbers if they are few', () => {
    expect(logTicks([0.5, 20], 9)).toEqual([0.5, 1, 2, 5, 10, 20])
  })

  it('are powers of ten if all round numbers would be too many', () => {
    expect(logTicks([0.2, 5000], 9)).toEqual([1, 10, 100, 1000])
  })
})
