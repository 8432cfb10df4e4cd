/**
 * The exact quantile of sorted values by nearest rank: the least value that is at least as large as a share of all
 * values. Undefined without values. Estimates from the buckets of a histogram are something else.
 */
export function nearestRank(sorted: ArrayLike<number>, share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]
}

/** The nearest-rank quantile of values in any order; NaN without values. */
export function quantileOf(values: readonly number[], share: number): number {
  return nearestRank(Float64Array.from(values).sort(), share) ?? Number.NaN
}

/** NaN without values. */
export function median(values: readonly number[]): number {
  return quantileOf(values, 0.5)
}

export function rangeOf(values: readonly number[]): readonly [lowest: number, highest: number] {
  return [Math.min(...values), Math.max(...values)]
}
