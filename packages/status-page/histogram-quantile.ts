export interface Bucket {
  /** The upper bound of the bucket. */
  readonly upTo: number
  /** Cumulative: observations up to the bound, including those of smaller buckets. */
  readonly count: number
}

/**
 * Estimates a quantile from the buckets of a histogram as Prometheus does: observations are assumed to be evenly spread
 * within a bucket. A quantile beyond the last finite bound is estimated as that bound.
 */
export function histogramQuantile(buckets: readonly Bucket[], share: number): number | undefined {
  const ordered = buckets.toSorted((a, b) => a.upTo - b.upTo)
  const observed = ordered.at(-1)?.count ?? 0
  if (observed <= 0) return undefined
  const rank = observed * share
  let lower: Bucket = { upTo: 0, count: 0 }
  for (const bucket of ordered) {
    if (bucket.upTo === Number.POSITIVE_INFINITY) break
    if (bucket.count >= rank) {
      const within = (rank - lower.count) / (bucket.count - lower.count || 1)
      return lower.upTo + (bucket.upTo - lower.upTo) * within
    }
    lower = bucket
  }
  return lower.upTo
}
