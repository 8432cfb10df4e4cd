import { describe, expect, it } from 'vitest'
import { linePath, Trends } from './trends'

describe('trends', () => {
  it('keep the values of the longest span, with gaps where a value was not known', () => {
    const trends = new Trends(1_000, 100)
    trends.add(0, { a: 1 })
    trends.add(500, { a: 2 })
    trends.add(1_000, { b: 3 })
    trends.add(1_400, { a: 4, b: 5 })

    expect(trends.line('a').map(({ value }) => value)).toEqual([2, undefined, 4])
    expect(trends.line('b').map(({ value }) => value)).toEqual([undefined, 3, 5])
    expect(trends.line('a').map(({ atMs }) => atMs)).toEqual([500, 1_000, 1_400])
  })
})

describe('the span of trends', () => {
  it('grows with the recorded time, from the shortest to the longest', () => {
    const trends = new Trends(1_000, 100)
    const spans = [0, 50, 400, 1_000, 1_400, 2_000].map((atMs) => {
      trends.add(atMs, { a: 1 })
      return trends.spanMs
    })

    expect(spans).toEqual([100, 100, 400, 1_000, 1_000, 1_000])
  })
})

describe('the path of a line', () => {
  const frame = { width: 100, height: 10, fromMs: 0, toMs: 1_000, top: 20 }

  it('runs from left to right, with 0 at the bottom', () => {
    const points = [
      { atMs: 0, value: 0 },
      { atMs: 500, value: 10 },
      { atMs: 1_000, value: 20 },
    ]

    expect(linePath(points, frame)).toBe('M0 10h0L50 5L100 0')
  })

  it('is interrupted by a gap, and stays inside the frame', () => {
    const points = [
      { atMs: 0, value: 5 },
      { atMs: 250, value: undefined },
      { atMs: 500, value: 40 },
    ]

    expect(linePath(points, frame)).toBe('M0 7.5h0M50 0h0')
  })
})
