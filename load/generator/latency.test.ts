import fc from 'fast-check'
import { decodeFromCompressedBase64 } from 'hdr-histogram-js'
import { expect, test } from 'vitest'
import { quantileOf } from '../measure/quantile'
import { summarizeLatency } from './latency'

const PRECISION = 0.001
const latenciesUs = fc.integer({ min: 0, max: 60_000_000 })

/** Nearest rank, as the histogram counts. */
function exact(values: readonly number[], share: number): number {
  return quantileOf(values, share) / 1_000
}

test('percentiles equal those of an exact sort within the precision of the histogram', () => {
  fc.assert(
    fc.property(fc.array(latenciesUs, { minLength: 1, maxLength: 500, size: 'max' }), (valuesUs) => {
      const latency = summarizeLatency(valuesUs)
      const percentiles = [
        [0.5, latency.p50Ms],
        [0.75, latency.p75Ms],
        [0.9, latency.p90Ms],
        [0.95, latency.p95Ms],
        [0.99, latency.p99Ms],
      ] as const
      for (const [share, ms] of percentiles) {
        expect(ms).toBeGreaterThanOrEqual(exact(valuesUs, share))
        expect(ms).toBeLessThanOrEqual(exact(valuesUs, share) * (1 + PRECISION))
      }
      expect(latency.maxMs).toBe(Math.max(...valuesUs) / 1000)
      expect(latency.count).toBe(valuesUs.length)
      expect(latency.meanMs).toBeCloseTo(valuesUs.reduce((sum, value) => sum + value, 0) / valuesUs.length / 1000, 6)
    }),
  )
})

test.each([
  { count: 9_999, hasP999: false, hasP9999: false },
  { count: 10_000, hasP999: true, hasP9999: false },
  { count: 100_000, hasP999: true, hasP9999: true },
])('$count samples give a p99.9: $hasP999, and a p99.99: $hasP9999', ({ count, hasP999, hasP9999 }) => {
  const latency = summarizeLatency(Array.from({ length: count }, (_, index) => index + 1))
  expect(latency.p999Ms !== undefined).toBe(hasP999)
  expect(latency.p9999Ms !== undefined).toBe(hasP9999)
})

test('the curve rises, is evenly spaced by 1/(1-share), and ends where the samples end', () => {
  const { curve } = summarizeLatency(Array.from({ length: 1000 }, (_, index) => (index + 1) * 100))
  expect(curve.map(([, ms]) => ms)).toEqual(curve.map(([, ms]) => ms).sort((a, b) => a - b))
  expect(curve.map(([share]) => -Math.log10(1 - share) * 10)).toEqual(curve.map((_, index) => expect.closeTo(index, 6)))
  expect(curve.at(-1)?.[0]).toBeCloseTo(0.999, 6)
})

test('the histogram can be decoded for another plot', () => {
  const { histogram } = summarizeLatency([1000, 2000, 3_000_000])
  const decoded = decodeFromCompressedBase64(histogram)
  expect(decoded.totalCount).toBe(3)
  expect(decoded.getValueAtPercentile(50)).toBe(2000)
})

test('all figures are 0 without samples', () => {
  expect(summarizeLatency([])).toMatchObject({ count: 0, meanMs: 0, p50Ms: 0, p99Ms: 0, maxMs: 0, curve: [] })
})
