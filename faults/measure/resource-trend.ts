import type { ResourceTrend } from '../results'

/** What a value may grow by without a leak: a share of itself, and a fixed amount for small values. */
export interface GrowthLimit {
  readonly share: number
  readonly amount: number
}

/** The shop warms up for this share of the samples. */
const WARM_UP_SHARE = 0.1

/**
 * A resource is flat if the median of the last third of its samples is not above that of the first third, plus a limit.
 * Medians ignore the peaks of single faults.
 */
export function resourceTrend(
  name: string,
  unit: ResourceTrend['unit'],
  values: readonly number[],
  { share, amount }: GrowthLimit,
): ResourceTrend {
  const warm = values.slice(Math.floor(values.length * WARM_UP_SHARE))
  const third = Math.max(1, Math.floor(warm.length / 3))
  const first = medianOf(warm.slice(0, third))
  const last = medianOf(warm.slice(-third))
  const limit = first * (1 + share) + amount
  return { name, unit, values, first, last, limit, isFlat: last <= limit }
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
