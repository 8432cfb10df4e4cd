import { expect, it } from 'vitest'
import { formatAgo, formatRate, formatSeconds, plural } from './format'

it.each([
  [0.0004, '0.4 ms'],
  [0.042, '42 ms'],
  [0.00997, '10 ms'],
  [0.9996, '1.0 s'],
  [1.25, '1.3 s'],
  [150, '3 min'],
  [7_200, '2 h'],
  [undefined, '–'],
])('%s seconds are %s', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text)
})

it.each([
  [0, '0'],
  [0.25, '0.3'],
  [9.97, '10'],
  [1_234.5, '1,235'],
  [undefined, '–'],
])('a rate of %s is %s', (rate, text) => {
  expect(formatRate(rate)).toBe(text)
})

it.each([
  [1_000, 'just now'],
  [42_000, '42 s ago'],
  [600_000, '10 min ago'],
  [36_000_000, '10 h ago'],
  [864_000_000, '10 days ago'],
])('what was %d ms ago was %s', (ms, text) => {
  expect(formatAgo(0, ms)).toBe(text)
})

it('counts of things agree with them', () => {
  expect([plural(0, 'event'), plural(1, 'event'), plural(1_500, 'event')]).toEqual([
    '0 events',
    '1 event',
    '1,500 events',
  ])
})
