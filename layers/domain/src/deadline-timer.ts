import { steadyNow } from './steady-clock'

/** The longest delay of a timer in Node. */
const LONGEST_DELAY_MS = 2 ** 31 - 1

/**
 * Wakes its owner when the earliest of many deadlines has passed. It needs one timer for all of them, so a deadline costs
 * almost nothing. It does not keep the process alive.
 */
export class DeadlineTimer {
  #timer: NodeJS.Timeout | undefined
  #wakesAt = Number.POSITIVE_INFINITY

  /**
   * @param expire gives up what is past its deadline, and returns the earliest deadline that remains; infinity if none does
   */
  constructor(
    private readonly expire: (now: number) => number,
    private readonly now: () => number = steadyNow,
  ) {}

  /** Adds a deadline, in epoch milliseconds. There is no need to remove it. */
  add(deadline: number): void {
    if (deadline < this.#wakesAt) this.#wakeAt(deadline)
  }

  #wakeAt(deadline: number): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#wakesAt = deadline
    if (deadline === Number.POSITIVE_INFINITY) return
    const delayMs = Math.min(Math.max(1, deadline - this.now()), LONGEST_DELAY_MS)
    this.#timer = setTimeout(() => this.#wakeAt(this.expire(this.now())), delayMs).unref()
  }
}
