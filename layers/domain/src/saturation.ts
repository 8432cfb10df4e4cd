/** Work that comes in busy periods: one begins with the first item, and ends when nothing is left to do. */
export interface BusyPeriods {
  /** The number of the current busy period; undefined when there is no work. */
  readonly busyPeriod: number | undefined
}

/**
 * Makes a function that says whether this process is saturated: one of these was busy all the time since the last call.
 * Background work should wait then. Work that began after the last call does not count, however much it is.
 */
export function createSaturation(works: readonly BusyPeriods[]): () => boolean {
  let seen: readonly (number | undefined)[] = []
  return () => {
    const before = seen
    seen = works.map(({ busyPeriod }) => busyPeriod)
    return seen.some((busyPeriod, at) => busyPeriod !== undefined && busyPeriod === before[at])
  }
}
