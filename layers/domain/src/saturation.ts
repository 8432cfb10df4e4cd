/** Work that comes in busy periods. A busy period begins with the first item and ends when no work is left. */
export interface BusyPeriods {
  /** The number of the current busy period. Undefined while there is no work. */
  readonly busyPeriod: number | undefined
}

/**
 * Creates a function that returns whether this process is saturated: one of the works has been busy without a break
 * since the last call. While it is, background work should wait. Work that began after the last call does not count.
 */
export function createSaturation(works: readonly BusyPeriods[]): () => boolean {
  let seen: readonly (number | undefined)[] = []
  return () => {
    const before = seen
    seen = works.map(({ busyPeriod }) => busyPeriod)
    return seen.some((busyPeriod, index) => busyPeriod !== undefined && busyPeriod === before[index])
  }
}
