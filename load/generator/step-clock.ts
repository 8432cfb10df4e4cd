/** Milliseconds since time 0 of a step; negative in the warm-up. */
export type StepClock = () => number

const OFFSET_MS = Number(process.hrtime.bigint()) / 1e6 - performance.now()

/** The machine's monotonic clock, which is one for all threads, as `performance.now()` is not. */
export function monotonicMs(): number {
  return performance.now() + OFFSET_MS
}
