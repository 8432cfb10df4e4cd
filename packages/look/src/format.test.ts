import { describe, expect, it } from 'vitest'
import {
  formatAgainst,
  formatAgo,
  formatAxisMs,
  formatBytes,
  formatChange,
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
    [formatChange, 0, '0 %'],
    [formatChange, -0.0004, '0 %'],
    [formatChange, 0.004, '+0.4 %'],
    [formatChange, -0.004, '-0.4 %'],
    [formatChange, 0.12, '+12 %'],
    [formatChange, -0.5, '-50 %'],
    [formatChange, 12.34, '+1,234 %'],
    [formatBytes, 1_023.9 * 2 ** 20, '1.0 GiB'],
    [formatLatency, 9_999.7, '10.0 s'],
    [formatDuration, 3_599_700, '1 h'],
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
    formatPercent,
    formatChange,
  ])('%o shows a dash for a number that is not known', (format) => {
    for (const unknown of [undefined, Number.NaN, Number.POSITIVE_INFINITY]) expect(format(unknown)).toBe(UNKNOWN)
  })
})

describe('a number that is almost 0', () => {
  it.each([
    [formatMs, '0', '< 0.01'],
    [formatLatency, '0 ms', '< 0.01 ms'],
    [formatRate, '0', '< 0.1'],
    [formatPerSecond, '0/s', '< 0.1/s'],
    [formatShare, '0 %', '< 0.01 %'],
    [formatDuration, '0 ms', '< 1 ms'],
    [formatPercent, '0 %', '< 1 %'],
    [formatBytes, '0 MiB', '< 1 MiB'],
  ] as const)('is not shown by %o as %s, which has no sign', (format, zero, little) => {
    expect(format(0)).toBe(zero)
    expect(format(-0)).toBe(zero)
    expect(format(1e-6)).toBe(little)
  })

  it.each([formatCount, formatMs, formatRate, formatShare, formatDuration, formatPercent, formatBytes, formatChange])(
    'has no sign in %o if it is below 0',
    (format) => {
      expect(format(-1e-9)).not.toContain('-')
    },
  )
})

it('does not show a share below 1 as 100 %', () => {
  expect([formatShare(0.9994), formatShare(0.99951), formatShare(0.999999)]).toEqual(['99.9 %', '> 99.9 %', '> 99.9 %'])
})

it.each([
  [250.3, 'slightly more than 250 ms'],
  [250, '250 ms'],
  [249.8, '250 ms'],
  [251, '251 ms'],
  [0.001, 'less than 0.01 ms'],
])('shows %d ms beside a limit of 250 ms as %s', (value, text) => {
  expect(formatAgainst(value, 250, formatLatency)).toBe(text)
})

it('shows points in time in UTC, and other text as it is', () => {
  expect(formatInstant('2026-11-24T09:30:00.123Z')).toBe('2026-11-24 09:30:00 UTC')
  expect(formatInstant('soon')).toBe('soon')
})

it.each([
  [1_000, 'just now'],
  [42_000, '42 s ago'],
  [59_700, '1 min ago'],
  [3_599_000, '1 h ago'],
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
