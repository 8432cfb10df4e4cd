/** Returns the current time. It is passed in, so that rules stay pure and tests set the time. */
export type Clock = () => Date

export function earlierOf(one: Date, other: Date): Date {
  return one.getTime() <= other.getTime() ? one : other
}

export function laterOf(one: Date, other: Date): Date {
  return one.getTime() >= other.getTime() ? one : other
}

/** The time between two readings of clocks. It is never negative: clocks differ between machines and may be set back. */
export function elapsedMs(from: Date, to: Date): number {
  return Math.max(0, to.getTime() - from.getTime())
}
