/**
 * The time in epoch milliseconds, without the later steps of the system clock. Deadlines and waits use it: a step back
 * would make them longer, and a step forth would end them early.
 */
export function steadyNow(): number {
  return performance.timeOrigin + performance.now()
}
