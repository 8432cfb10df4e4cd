export interface SamplerOptions {
  /** So many of each second are taken, one and all. */
  readonly perSecond: number
  /** Of what comes beyond them in that second, each one of so many; 1: all. */
  readonly every: number
}

/** Says yes to everything that comes now and then, and to a part of what comes in masses. */
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
