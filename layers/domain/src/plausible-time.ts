import type { Clock } from './clock'

/** The shop did not exist before. */
export const EARLIEST_TIME = new Date('2025-01-01T00:00:00.000Z')

export interface TimeLimits {
  readonly clock: Clock
  /** How far the clock of another machine may be ahead of this one. */
  readonly toleranceMs: number
}

/** The reason why a time that another machine has reported cannot be right. Undefined for a plausible time. */
export function implausibility(at: Date, { clock, toleranceMs }: TimeLimits): string | undefined {
  if (at < EARLIEST_TIME) return `is before ${EARLIEST_TIME.toISOString()}`
  const now = clock()
  if (at.getTime() <= now.getTime() + toleranceMs) return undefined
  return `is more than ${toleranceMs / 1_000} s after the time of the consumer, ${now.toISOString()}`
}
