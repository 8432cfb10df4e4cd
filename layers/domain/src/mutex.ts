import { OverloadedError } from './errors'
import type { BusyPeriods } from './saturation'

export interface MutexOptions {
  /** The number of callers that may wait. More are refused. */
  readonly maxWaiting: number
}

/** Runs one piece of work at a time, in the order of the calls. */
export class Mutex implements BusyPeriods {
  readonly #waiting: (() => void)[] = []
  #isLocked = false
  #busyPeriods = 0

  constructor(private readonly options: MutexOptions) {}

  get busyPeriod(): number | undefined {
    return this.#isLocked ? this.#busyPeriods : undefined
  }

  /**
   * Runs the work when all work before it has ended, even if that has failed.
   * @throws {OverloadedError} when `maxWaiting` callers wait already
   */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#lock()
    if (turn) await turn
    try {
      return await work()
    } finally {
      this.#unlock()
    }
  }

  #lock(): Promise<void> | undefined {
    if (this.#isLocked) return this.#wait()
    this.#isLocked = true
    this.#busyPeriods++
    return undefined
  }

  #wait(): Promise<void> {
    if (this.#waiting.length >= this.options.maxWaiting) throw new OverloadedError()
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
    })
  }

  /** Hands the lock to the caller that has waited longest, so that nobody can take it in between. */
  #unlock(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#isLocked = false
  }
}
