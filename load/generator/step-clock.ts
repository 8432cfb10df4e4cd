/** Milliseconds since time 0 of a step; negative in the warm-up. */
export type StepClock = () => number

const OFFSET_MS = Number(process.hrtime.bigint()) / 1e6 - performance.now()

/** The monotonic clock of the machine. Unlike `performance.now()`, it is the same in all threads. */
export function monotonicMs(): number {
  return performance.now() + OFFSET_MS
}
