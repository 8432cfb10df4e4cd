/** The interval at which the event loop is watched. */
const BEAT_MS = 100
/** Without a beat for this long, the process was stopped. Loading code on a busy machine takes less. */
const STALL_MS = 5_000
/** After a stall, the buffers of the system count as empty when this many beats in succession were on time. */
const QUIET_BEATS = 10
/** They count as empty after this time in any case: on a busy machine, beats are always late. */
const EMPTY_AFTER_MS = 2_000
/** An older request counts as a recorded event, because no gateway waits so long. */
const LONGEST_MS = 29_000

/**
 * Knows the earliest time at which a request may have arrived. A process that was stopped (SIGSTOP, a frozen container, a
 * blocked event loop) finds the requests of that time in the buffers of the system, which do not tell when they arrived.
 * So a request that is read after a stall, before the event loop has been on time for a second, but at most two seconds later,
 * counts as having arrived at the beginning of the stall. It may be refused although it is new; its client repeats it. The other error would be
 * worse: work for clients that have given up.
 */
export class ArrivalTimes {
  readonly #clock: () => number
  readonly #elapsedMs: () => number
  #lastBeat: number
  #stalledFrom: number | undefined
  #stalledUntil = 0
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
    if (now - this.#lastBeat > STALL_MS) this.#stall(now)
    if (this.#stalledFrom === undefined) return this.#clock()
    return this.#clock() - Math.min(now - this.#stalledFrom, LONGEST_MS)
  }

  #beat(): void {
    const now = this.#elapsedMs()
    const sinceLastMs = now - this.#lastBeat
    if (sinceLastMs > STALL_MS) this.#stall(now)
    this.#quietBeats = sinceLastMs < 2 * BEAT_MS ? this.#quietBeats + 1 : 0
    const isOver = this.#quietBeats >= QUIET_BEATS || now - this.#stalledUntil > EMPTY_AFTER_MS
    if (isOver) this.#stalledFrom = undefined
    this.#lastBeat = now
  }

  #stall(now: number): void {
    this.#stalledFrom ??= this.#lastBeat
    this.#stalledUntil = now
  }
}
