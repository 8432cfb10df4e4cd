import { build } from 'hdr-histogram-js'
import { nearestRank } from '../measure/quantile'
import type { HealthSoFar } from '../results'
import { reasonForInvalidity } from './health'
import type { ThreadTally } from './thread-messages'

/** Counts since the start, including the warm-up. */
export interface Progress {
  /** Since the first request was due. */
  readonly elapsedMs: number
  readonly offered: number
  /** Written to a connection. */
  readonly sent: number
  readonly accepted: number
  readonly refused: number
  readonly failed: number
  readonly dropped: number
  /** Offered and not settled: sent, or waiting for a connection. */
  readonly inFlight: number
  /** From due to settled, over the requests settled in the last second; absent if there were none. */
  readonly responseP50Ms?: number
  readonly responseP99Ms?: number
  /** Absent in the warm-up. */
  readonly health?: HealthSoFar
}

/** Sums the tallies of all threads. */
export class ProgressMeter {
  readonly #latest: (ThreadTally | undefined)[]
  readonly #sendDelaysUs = build({ bitBucketSize: 32, numberOfSignificantValueDigits: 3 })
  #responseMs: Float64Array[] = []
  #reports = 0

  constructor(threads: number) {
    this.#latest = Array.from({ length: threads })
  }

  /** @returns whether each thread has reported since the progress was last read */
  add(thread: number, tally: ThreadTally): boolean {
    this.#latest[thread] = tally
    this.#responseMs.push(tally.recentResponseMs)
    for (const delayMs of tally.measured.recentSendDelayMs) {
      this.#sendDelaysUs.recordValue(Math.max(0, Math.round(delayMs * 1_000)))
    }
    this.#reports++
    return this.#reports >= this.#latest.length
  }

  read(elapsedMs: number): Progress {
    const total = (count: (tally: ThreadTally) => number) => this.#total(count)
    const responseMs = Float64Array.from(this.#responseMs.flatMap((values) => [...values])).sort()
    this.#responseMs = []
    this.#reports = 0
    const responseP50Ms = nearestRank(responseMs, 0.5)
    const responseP99Ms = nearestRank(responseMs, 0.99)
    return {
      elapsedMs,
      offered: total(({ offered }) => offered),
      sent: total(({ sent }) => sent),
      accepted: total(({ accepted }) => accepted),
      refused: total(({ refused }) => refused),
      failed: total(({ failed }) => failed),
      dropped: total(({ dropped }) => dropped),
      inFlight: total(({ inFlight }) => inFlight),
      ...(responseP50Ms !== undefined && { responseP50Ms }),
      ...(responseP99Ms !== undefined && { responseP99Ms }),
      ...this.#health(),
    }
  }

  #health(): Pick<Progress, 'health'> {
    const offered = this.#total(({ measured }) => measured.offered)
    if (offered === 0) return {}
    const figures = {
      sendDelayP99Ms: this.#sendDelaysUs.getValueAtPercentile(99) / 1_000,
      eventLoopP99Ms: Math.max(...this.#latest.map((tally) => tally?.eventLoopP99Ms ?? 0)),
      droppedShare: this.#total(({ measured }) => measured.dropped) / offered,
    }
    const reason = reasonForInvalidity(offered, figures)
    return { health: { ...figures, ...(reason !== undefined && { reason }) } }
  }

  #total(count: (tally: ThreadTally) => number): number {
    return this.#latest.reduce((sum, tally) => sum + (tally === undefined ? 0 : count(tally)), 0)
  }
}
