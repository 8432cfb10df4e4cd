import { expect, it } from 'vitest'
import { resourceTrend } from './resource-trend'

const LIMIT = { share: 0.2, amount: 10 }
const trendOf = (values: readonly number[]) => resourceTrend('files', 'count', values, LIMIT)
const samples = (valueAt: (index: number) => number) => Array.from({ length: 60 }, (_, index) => valueAt(index))

it.each([
  ['does not change', samples(() => 100)],
  ['falls', samples((index) => 200 - index)],
  ['grows while the shop warms up', samples((index) => Math.min(100, 50 + index * 10))],
  ['has peaks', samples((index) => (index % 7 === 0 ? 10_000 : 100))],
  ['grows by less than the limit', samples((index) => 100 + index / 3)],
  ['is small and varies', samples((index) => index % 8)],
])('a resource that %s is flat', (_, values) => {
  expect(trendOf(values).isFlat).toBe(true)
})

it.each([
  ['grows all the time', samples((index) => 100 + index * 2)],
  ['grows in steps', samples((index) => 100 + Math.floor(index / 10) * 15)],
  ['starts at zero and grows', samples((index) => index)],
])('a resource that %s is growing', (_, values) => {
  expect(trendOf(values).isFlat).toBe(false)
})

it('shows the values that it compares', () => {
  expect(trendOf(samples((index) => 100 + index))).toMatchObject({ first: 115, last: 151, limit: 148 })
})
