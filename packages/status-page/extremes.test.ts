import { describe, expect, it } from 'vitest'
import { extremesOf } from './extremes'

const points = (...values: (number | undefined)[]) => values.map((value, atMs) => ({ atMs, value }))

describe('the extremes of a trend', () => {
  it('are its latest, least and greatest values', () => {
    expect(extremesOf(points(3, 1, 4, 1, 5, 2))).toEqual({ latest: 2, least: 1, greatest: 5 })
  })

  it('ignore gaps, but a gap at the end has no latest value', () => {
    expect(extremesOf(points(undefined, 7, undefined))).toEqual({ latest: undefined, least: 7, greatest: 7 })
  })

  it('are unknown without values', () => {
    expect(extremesOf(points(undefined))).toEqual({ latest: undefined, least: undefined, greatest: undefined })
    expect(extremesOf([])).toEqual({ latest: undefined, least: undefined, greatest: undefined })
  })
})
