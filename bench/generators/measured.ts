/** What a generator in a process of its own tells of itself, the warm-up left out. */
export interface Measured {
  readonly requestsPerSecond: number
  /** Of all threads, in the program and in the kernel for it. */
  readonly cpuUsPerRequest: number
}

export const WARMUP_MS = 2000
export const MEASURED_MS = 5000

/** @throws outside a process that the benchmark started */
export function tell(measured: Measured): void {
  if (process.send === undefined) throw new Error('this is started by the benchmark')
  process.send(measured)
}
