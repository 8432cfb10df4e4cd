/** Work that comes in spells: one begins when there was nothing to do, and ends when there is nothing left. */
export interface Spells {
  /** The number of the present spell; undefined between two. */
  readonly spell: number | undefined
}

/**
 * Makes a function that tells whether one of these has not run out of work since the function was asked last: then
 * whatever else is done in this process is done in somebody's way. Work that is there at the moment it is asked, after a
 * break, is no such sign, however much it is.
 */
export function createSaturation(works: readonly Spells[]): () => boolean {
  let seen: readonly (number | undefined)[] = []
  return () => {
    const before = seen
    seen = works.map(({ spell }) => spell)
    return seen.some((spell, at) => spell !== undefined && spell === before[at])
  }
}
