import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js'
import type { Latency } from '../results'

/** With fewer samples the percentile is left out. */
const MIN_SAMPLES_FOR_P999 = 10_000
const MIN_SAMPLES_FOR_P9999 = 100_000
const CURVE_POINTS_PER_DECADE = 10
const HOUR_US = 3_600_000_000

/**
 * Percentiles of samples in microseconds, each at most 0.1 % above the exact value. Count, mean and maximum are exact.
 * Without samples everything is 0. Samples above an hour count as an hour.
 */
export function summarizeLatency(valuesUs: Iterable<number>): Latency {
  const histogram = build({
    bitBucketSize: 32,
    lowestDiscernibleValue: 1,
    highestTrackableValue: HOUR_US,
    numberOfSignificantValueDigits: 3,
  })
  let sumUs = 0
  let maxUs = 0
  for (const valueUs of valuesUs) {
    const recordedUs = Math.min(HOUR_US, Math.max(0, Math.round(valueUs)))
    histogram.recordValue(recordedUs)
    sumUs += recordedUs
    if (recordedUs > maxUs) maxUs = recordedUs
  }
  const count = histogram.totalCount
  const atMs = (share: number) => Math.min(maxUs, histogram.getValueAtPercentile(share * 100)) / 1000
  return {
    count,
    meanMs: count === 0 ? 0 : sumUs / count / 1000,
    p50Ms: atMs(0.5),
    p75Ms: atMs(0.75),
    p90Ms: atMs(0.9),
    p95Ms: atMs(0.95),
    p99Ms: atMs(0.99),
    ...(count >= MIN_SAMPLES_FOR_P999 && { p999Ms: atMs(0.999) }),
    ...(count >= MIN_SAMPLES_FOR_P9999 && { p9999Ms: atMs(0.9999) }),
    maxMs: maxUs / 1000,
    curve: sharesOf(count).map((share) => [share, atMs(share)] as const),
    histogram: encodeIntoCompressedBase64(histogram),
  }
}

/** Evenly spaced on the logarithmic axis of 1/(1-share), as far as this number of samples reaches. */
function sharesOf(count: number): number[] {
  if (count === 0) return []
  const points = Math.floor(Math.log10(count) * CURVE_POINTS_PER_DECADE) + 1
  return Array.from({ length: points }, (_, index) => 1 - 10 ** (-index / CURVE_POINTS_PER_DECADE))
}
