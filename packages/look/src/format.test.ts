import { describe, expect, it } from 'vitest'
import {
  formatAgo,
  formatAxisMs,
  formatBytes,
  formatCount,
  formatDuration,
  formatInstant,
  formatLatency,
  formatMs,
  formatPercent,
  formatPerSecond,
  formatQuantile,
  formatRate,
  formatShare,
  plural,
  UNKNOWN,
} from './format'

describe('a formatter', () => {
  it.each([
    [formatMs, 0.4567, '0.46'],
    [formatMs, 9.991, '9.99'],
    [formatMs, 9.997, '10.0'],
    [formatMs, 12.34, '12.3'],
    [formatMs, 99.97, '100'],
    [formatMs, 1234.5, '1,235'],
    [formatLatency, 0.4, '0.40 ms'],
    [formatLatency, 42, '42.0 ms'],
    [formatLatency, 999.6, '1,000 ms'],
    [formatLatency, 12_345, '12.3 s'],
    [formatAxisMs, 0.5, '0.5'],
    [formatAxisMs, 2_000, '2,000'],
    [formatRate, 0, '0'],
    [formatRate, 0.25, '0.3'],
    [formatRate, 12.34, '12.3'],
    [formatRate, 99.97, '100'],
    [formatRate, 1234.4, '1,234'],
    [formatPerSecond, 400, '400/s'],
    [formatCount, 48_000, '48,000'],
    [formatShare, 0, '0 %'],
    [formatShare, 0.00004, '< 0.01 %'],
    [formatShare, 0.001, '0.1 %'],
    [formatShare, 0.0012, '0.12 %'],
    [formatShare, 0.257, '25.7 %'],
    [formatShare, 1, '100 %'],
    [formatPercent, 78.4, '78 %'],
    [formatDuration, 0.6, '1 ms'],
    [formatDuration, 850, '850 ms'],
    [formatDuration, 999.7, '1 s'],
    [formatDuration, 4200, '4.2 s'],
    [formatDuration, 42_000, '42 s'],
    [formatDuration, 59_960, '1 min'],
    [formatDuration, 90_000, '1 min 30 s'],
    [formatDuration, 150_000, '2 min 30 s'],
    [formatDuration, 7_200_000, '2 h'],
    [formatDuration, 7_500_000, '2 h 5 min'],
    [formatBytes, 180 * 2 ** 20, '180 MiB'],
    [formatBytes, 1.5 * 2 ** 30, '1.5 GiB'],
    [formatQuantile, 0.9999, '99.99 %'],
  ] as const)('%o shows %d as %s', (format, value, text) => {
    expect(format(value)).toBe(text)
  })

  it.each([
    formatMs,
    formatLatency,
    formatRate,
    formatPerSecond,
    formatCount,
    formatShare,
    formatDuration,
    formatBytes,
  ])('%o shows a dash for a number that is not known', (format) => {
    expect(format(undefined)).toBe(UNKNOWN)
  })
})

it('shows points in time in UTC, and other text as it is', () => {
  expect(formatInstant('2026-11-24T09:30:00.123Z')).toBe('2026-11-24 09:30:00 UTC')
  expect(formatInstant('soon')).toBe('soon')
})

it.each([
  [1_000, 'just now'],
  [42_000, '42 s ago'],
  [600_000, '10 min ago'],
  [36_000_000, '10 h ago'],
  [864_000_000, '10 days ago'],
])('shows an event of %d ms ago as %s', (ms, text) => {
  expect(formatAgo(0, ms)).toBe(text)
})

it('adds an s to the noun unless there is exactly one', () => {
  expect([plural(0, 'event'), plural(1, 'event'), plural(1_500, 'event')]).toEqual([
    '0 events',
    '1 event',
    '1,500 events',
  ])
})
