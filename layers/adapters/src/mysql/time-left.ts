import { steadyNow } from '@ecommerce/domain'

/** The time until a deadline. It uses the monotonic clock, so a step of the system clock does not change it. */
export class TimeLeft {
  readonly #endsAt: number

  constructor(ms: number) {
    this.#endsAt = performance.now() + ms
  }

  /** @param deadline on the clock of `steadyNow` */
  static until(deadline: number): TimeLeft {
    return new TimeLeft(deadline - steadyNow())
  }

  /** Zero or less when the time is over. */
  get ms(): number {
    return this.#endsAt - performance.now()
  }

  /** This time, or the given one if that is shorter. */
  atMost(ms: number): number {
    return Math.max(0, Math.min(this.ms, ms))
  }
}
