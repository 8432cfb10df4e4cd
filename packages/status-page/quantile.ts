export interface Bucket {
  readonly upTo: number
  /** Of observations up to there, those of smaller buckets included. */
  readonly count: number
}

/**
 * Estimates a quantile from the buckets of a histogram as Prometheus does: evenly spread within a bucket. Beyond the last
 * bound nothing is known but the bound.
 */
export function quantile(buckets: readonly Bucket[], share: number): number | undefined {
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
