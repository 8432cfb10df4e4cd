import { expect, it } from 'vitest'
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatInstant,
  formatMs,
  formatQuantile,
  formatRate,
  formatShare,
} from './format'

it.each([
  [formatMs, 0.4567, '0.46'],
  [formatMs, 9.991, '9.99'],
  [formatMs, 12.34, '12.3'],
  [formatMs, 1234.5, '1,235'],
  [formatRate, 0, '0'],
  [formatRate, 12.34, '12.3'],
  [formatRate, 1234.4, '1,234'],
  [formatCount, 48_000, '48,000'],
  [formatShare, 0, '0 %'],
  [formatShare, 0.00004, '< 0.01 %'],
  [formatShare, 0.0012, '0.12 %'],
  [formatShare, 0.257, '25.7 %'],
  [formatShare, 1, '100 %'],
  [formatDuration, 0.6, '1 ms'],
  [formatDuration, 850, '850 ms'],
  [formatDuration, 999.7, '1 s'],
  [formatDuration, 4200, '4.2 s'],
  [formatDuration, 42_000, '42 s'],
  [formatDuration, 59_960, '1 min'],
  [formatDuration, 90_000, '1 min 30 s'],
  [formatBytes, 180 * 2 ** 20, '180 MiB'],
  [formatBytes, 1.5 * 2 ** 30, '1.5 GiB'],
  [formatQuantile, 0.9999, '99.99 %'],
] as const)('%o shows %d as %s', (format, value, text) => {
  expect(format(value)).toBe(text)
})

it('shows points in time in UTC, and what is none as it is', () => {
  expect(formatInstant('2026-11-24T09:30:00.123Z')).toBe('2026-11-24 09:30:00 UTC')
  expect(formatInstant('soon')).toBe('soon')
})
