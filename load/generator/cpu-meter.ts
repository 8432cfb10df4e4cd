import { monotonicMs } from './step-clock'

/** What this process uses of the processor, with all its threads. */
export class CpuMeter {
  #sinceMs = monotonicMs()
  #since = process.cpuUsage()
  readonly #restart: NodeJS.Timeout

  /** @param fromMs by the monotonic clock; what is asked before it counts from now */
  constructor(fromMs: number) {
    this.#restart = setTimeout(() => {
      this.#sinceMs = monotonicMs()
      this.#since = process.cpuUsage()
    }, fromMs - monotonicMs()).unref()
  }

  /** Of one core; ends the measurement. */
  percent(): number {
    clearTimeout(this.#restart)
    const { user, system } = process.cpuUsage(this.#since)
    return (user + system) / 10 / (monotonicMs() - this.#sinceMs)
  }
}
