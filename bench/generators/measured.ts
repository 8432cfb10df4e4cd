/** The result of a generator in its own process, without the warm-up. */
export interface Measured {
  readonly requestsPerSecond: number
  /** User and system time of all threads. */
  readonly cpuUsPerRequest: number
}

export const WARMUP_MS = 2000
export const MEASURED_MS = 5000

/** @throws outside a process that the benchmark started */
export function report(measured: Measured): void {
  if (process.send === undefined) throw new Error('only the benchmark can start this program')
  process.send(measured)
}
