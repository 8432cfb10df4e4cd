export interface SamplerOptions {
  /** The number of calls per second that are all sampled. */
  readonly perSecond: number
  /** Beyond that number, one call of this many is sampled. 1 samples all of them. */
  readonly every: number
}

/** Creates a sampler that returns true for all calls while they are few, and for a part of them while they are many. */
export function createSampler(
  { perSecond, every }: SamplerOptions,
  nowMs: () => number = () => performance.now(),
): () => boolean {
  let second = Number.NaN
  let count = 0
  return () => {
    const now = Math.floor(nowMs() / 1_000)
    if (now !== second) {
      second = now
      count = 0
    }
    count++
    return count <= perSecond || (count - perSecond) % every === 0
  }
}
