import { type CallLimits, expiryOf } from './call-limits'
import { DeadlineTimer } from './deadline-timer'
import { OverloadedError } from './errors'
import type { BusyPeriods } from './saturation'
import { steadyNow } from './steady-clock'

export interface MutexOptions {
  /** The number of callers that may wait. More are refused. */
  readonly maxWaiting: number
  /** The current time in epoch milliseconds. Default: the clock of the system. */
  readonly now?: () => number
}

interface Waiter {
  readonly limits: CallLimits
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Runs one piece of work at a time, in the order of the calls. */
export class Mutex implements BusyPeriods {
  #waiting: Waiter[] = []
  #isLocked = false
  #busyPeriods = 0
  readonly #now: () => number
  readonly #timer: DeadlineTimer

  constructor(private readonly options: MutexOptions) {
    this.#now = options.now ?? steadyNow
    this.#timer = new DeadlineTimer((now) => this.#expire(now), this.#now)
  }

  get busyPeriod(): number | undefined {
    return this.#isLocked ? this.#busyPeriods : undefined
  }

  /**
   * Runs the work when all work before it has ended, even if that has failed. Work that has started is not limited.
   * @throws {OverloadedError} when `maxWaiting` callers wait already
   * @throws {ExpiredError} @throws {CallerGoneError} when the work did not start in time
   */
  async run<Result>(work: () => Promise<Result>, limits: CallLimits = {}): Promise<Result> {
    const expiry = expiryOf(limits, this.#now())
    if (expiry !== undefined) throw expiry
    const turn = this.#lock(limits)
    if (turn) await turn
    try {
      return await work()
    } finally {
      this.#unlock()
    }
  }

  #lock(limits: CallLimits): Promise<void> | undefined {
    if (this.#isLocked) return this.#wait(limits)
    this.#isLocked = true
    this.#busyPeriods++
    return undefined
  }

  #wait(limits: CallLimits): Promise<void> {
    if (this.#waiting.length >= this.options.maxWaiting) throw new OverloadedError()
    return new Promise((resolve, reject) => {
      this.#waiting.push({ limits, resolve, reject })
      if (limits.deadline !== undefined) this.#timer.add(limits.deadline)
    })
  }

  /** Hands the lock to the caller that has waited longest, so that nobody can take it in between. */
  #unlock(): void {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const expiry = expiryOf(next.limits, this.#now())
      if (expiry === undefined) {
        next.resolve()
        return
      }
      next.reject(expiry)
    }
    this.#isLocked = false
  }

  #expire(now: number): number {
    let earliest = Number.POSITIVE_INFINITY
    this.#waiting = this.#waiting.filter(({ limits, reject }) => {
      const { deadline = Number.POSITIVE_INFINITY } = limits
      if (deadline > now) {
        earliest = Math.min(earliest, deadline)
        return true
      }
      reject(expiryOf(limits, now))
      return false
    })
    return earliest
  }
}
