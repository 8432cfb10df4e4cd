import { DeadlineTimer } from './deadline-timer'
import { OutcomeUnknownError } from './errors'

interface Watched {
  readonly deadline: number
  readonly reject: (error: Error) => void
}

/** Ends the waiting of callers at their deadlines. The work itself goes on, and its late outcome is ignored. */
export class DeadlineWatch {
  readonly #watched = new Set<Watched>()
  readonly #timer: DeadlineTimer

  constructor(now?: () => number) {
    this.#timer = new DeadlineTimer((at) => this.#expire(at), now)
  }

  /** Settles as the work does. @throws {OutcomeUnknownError} at the deadline, in epoch milliseconds */
  until<Result>(deadline: number, work: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const watched = { deadline, reject }
      this.#watched.add(watched)
      this.#timer.add(deadline)
      work.then(
        (result) => {
          this.#watched.delete(watched)
          resolve(result)
        },
        (error) => {
          this.#watched.delete(watched)
          reject(error)
        },
      )
    })
  }

  #expire(now: number): number {
    let earliest = Number.POSITIVE_INFINITY
    for (const watched of this.#watched) {
      if (watched.deadline > now) {
        earliest = Math.min(earliest, watched.deadline)
        continue
      }
      this.#watched.delete(watched)
      watched.reject(new OutcomeUnknownError())
    }
    return earliest
  }
}
