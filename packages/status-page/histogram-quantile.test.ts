import { describe, expect, it } from 'vitest'
import { histogramQuantile } from './histogram-quantile'

describe('a quantile of a histogram', () => {
  const buckets = [
    { upTo: 1, count: 50 },
    { upTo: 2, count: 100 },
    { upTo: Number.POSITIVE_INFINITY, count: 100 },
  ]

  it.each([
    [0.25, 0.5],
    [0.5, 1],
    [0.75, 1.5],
    [1, 2],
  ])('of share %d is %d', (share, value) => {
    expect(histogramQuantile(buckets, share)).toBe(value)
  })

  it('is the last finite bound when it lies beyond it', () => {
    expect(
      histogramQuantile(
        [
          { upTo: 1, count: 1 },
          { upTo: Number.POSITIVE_INFINITY, count: 9 },
        ],
        0.9,
      ),
    ).toBe(1)
  })

  it('is undefined without observations', () => {
    expect(histogramQuantile([], 0.5)).toBeUndefined()
    expect(histogramQuantile([{ upTo: 1, count: 0 }], 0.5)).toBeUndefined()
  })
})
