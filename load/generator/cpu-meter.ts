import { monotonicMs } from './step-clock'

/** Measures the CPU time of this process with all its threads. */
export class CpuMeter {
  #sinceMs = monotonicMs()
  #since = process.cpuUsage()
  readonly #restart: NodeJS.Timeout

  /** @param fromMs when the measurement starts, by the monotonic clock */
  constructor(fromMs: number) {
    this.#restart = setTimeout(() => {
      this.#sinceMs = monotonicMs()
      this.#since = process.cpuUsage()
    }, fromMs - monotonicMs()).unref()
  }

  /** The percentage of one core. Ends the measurement. */
  percent(): number {
    clearTimeout(this.#restart)
    const { user, system } = process.cpuUsage(this.#since)
    return (user + system) / 10 / (monotonicMs() - this.#sinceMs)
  }
}
