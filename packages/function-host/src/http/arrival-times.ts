/** The interval at which the event loop is watched. */
const BEAT_MS = 100
/** Without a beat for this long, the process was stopped or blocked. */
const STALL_MS = 1_000
/** After a stall, the buffers of the system count as empty when this many beats in succession were on time. */
const QUIET_BEATS = 10
/** An older request counts as a recorded event, because no gateway waits so long. */
const LONGEST_MS = 29_000

/**
 * Knows the earliest time at which a request may have arrived. A process that was stopped (SIGSTOP, a frozen container, a
 * blocked event loop) finds the requests of that time in the buffers of the system, which do not tell when they arrived.
 * So a request that is read after a stall, before the event loop has been on time for a second, counts as having arrived at the
 * beginning of the stall. It may be refused although it is new; its client repeats it. The other error would be
 * worse: work for clients that have given up.
 */
export class ArrivalTimes {
  readonly #clock: () => number
  readonly #elapsedMs: () => number
  #lastBeat: number
  #stalledFrom: number | undefined
  #quietBeats = 0
  #timer: NodeJS.Timeout | undefined

  /** @param elapsedMs a clock that nobody sets */
  constructor(clock: () => number, elapsedMs: () => number = () => performance.now()) {
    this.#clock = clock
    this.#elapsedMs = elapsedMs
    this.#lastBeat = elapsedMs()
  }

  start(): void {
    this.#lastBeat = this.#elapsedMs()
    this.#timer = setInterval(() => this.#beat(), BEAT_MS).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** The earliest time, in epoch milliseconds, at which a request may have arrived that has just been read. */
  earliest(): number {
    const now = this.#elapsedMs()
    if (now - this.#lastBeat > STALL_MS) this.#stalledFrom ??= this.#lastBeat
    if (this.#stalledFrom === undefined) return this.#clock()
    return this.#clock() - Math.min(now - this.#stalledFrom, LONGEST_MS)
  }

  #beat(): void {
    const now = this.#elapsedMs()
    const sinceLastMs = now - this.#lastBeat
    if (sinceLastMs > STALL_MS) this.#stalledFrom ??= this.#lastBeat
    this.#quietBeats = sinceLastMs < 2 * BEAT_MS ? this.#quietBeats + 1 : 0
    if (this.#quietBeats >= QUIET_BEATS) this.#stalledFrom = undefined
    this.#lastBeat = now
  }
}
