import { type CallLimits, expiryOf, sharedLimits } from './call-limits'
import { DeadlineTimer } from './deadline-timer'
import { OutcomeUnknownError, OVERLOADED, type OverloadedError } from './errors'
import type { BusyPeriods } from './saturation'
import { steadyNow } from './steady-clock'
import { WaitEstimate } from './wait-estimate'

export interface GroupCommitOptions {
  readonly maxBatch: number
  /** The most items that may wait for a batch. More are refused. */
  readonly maxWaiting: number
  /**
   * The most batches that run at the same time. Default: 1. A second one starts only when enough items wait to fill it.
   */
  readonly maxRunning?: number
  /** The current time in epoch milliseconds. Default: the clock of the system. */
  readonly now?: () => number
}

interface Entry<Item, Result> {
  readonly item: Item
  readonly limits: CallLimits
  readonly arrivedAt: number
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

/** An item is refused if it would wait longer than this share of the time until its deadline. */
const MAX_SHARE_OF_TIME_LEFT = 0.5
/**
 * The estimate decides only after an item has waited this long. After quiet times it is too high, because small batches
 * have a low throughput, and a short burst must not be refused.
 */
const SLOW_AFTER_MS = 250

/**
 * Gathers concurrent calls into batches. Items that arrive while a batch runs form the next batch. An item that arrives
 * while nothing runs starts immediately, so a single call never waits for others. While a batch runs, only full batches
 * start, because few large batches cost less than many small ones. Items start in the order of their arrival. When a
 * batch fails, all of its items fail with the same error.
 *
 * A client sends its next request when it has its response. If one batch held the requests of all clients, this process
 * would idle while the database works, and the database would idle while this process works. So a batch takes at most
 * half of the items that wait or have just been completed: while one half is written, the clients of the other half
 * send their next requests. After a failed batch, the next one takes all waiting items.
 *
 * Each item may have a deadline. At its deadline, a waiting item is refused and never starts, and an item of a running
 * batch gets `OutcomeUnknownError`, although its batch goes on. An item that would probably not start in time is refused
 * on arrival. A batch has the latest deadline of its items: with the earliest one, an item that is almost late would make
 * all others fail.
 */
export class GroupCommit<Item, Result> implements BusyPeriods {
  #waiting: Entry<Item, Result>[] = []
  readonly #running = new Set<readonly Entry<Item, Result>[]>()
  #busyPeriods = 0
  readonly #estimate = new WaitEstimate()
  readonly #now: () => number
  readonly #timer: DeadlineTimer

  /** @param run processes a batch and returns one result per item, in the same order. It must settle soon after the deadline. */
  constructor(
    private readonly run: (items: Item[], limits: CallLimits) => Promise<readonly Result[]>,
    private readonly options: GroupCommitOptions,
  ) {
    this.#now = options.now ?? steadyNow
    this.#timer = new DeadlineTimer((now) => this.#expire(now), this.#now)
  }

  get busyPeriod(): number | undefined {
    return this.#running.size > 0 ? this.#busyPeriods : undefined
  }

  /**
   * @throws {OverloadedError} when `maxWaiting` items are waiting, or too many for the deadline
   * @throws {ExpiredError} @throws {CallerGoneError} when the item did not start in time
   * @throws {OutcomeUnknownError} when the deadline passes while its batch runs
   */
  submit(item: Item, limits: CallLimits = {}): Promise<Result> {
    const arrivedAt = this.#now()
    const refusal = expiryOf(limits, arrivedAt) ?? this.#overload(limits, arrivedAt)
    if (refusal !== undefined) return Promise.reject(refusal)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, limits, arrivedAt, resolve, reject })
      if (limits.deadline !== undefined) this.#timer.add(limits.deadline)
      if (this.#mayStart()) void this.#drain()
    })
  }

  #overload({ deadline }: CallLimits, now: number): OverloadedError | undefined {
    const [oldest] = this.#waiting
    if (oldest === undefined) return undefined
    if (this.#waiting.length >= this.options.maxWaiting) return OVERLOADED
    // Items that fit into one batch wait for about one batch, however small the last batches were.
    if (this.#waiting.length < this.options.maxBatch) return undefined
    if (deadline === undefined || now - oldest.arrivedAt < SLOW_AFTER_MS) return undefined
    const waitMs = this.#estimate.waitMs(this.#waiting.length, now)
    return waitMs > (deadline - now) * MAX_SHARE_OF_TIME_LEFT ? OVERLOADED : undefined
  }

  #mayStart(): boolean {
    const { maxBatch, maxRunning = 1 } = this.options
    if (this.#running.size === 0) return this.#waiting.length > 0
    return this.#running.size < maxRunning && this.#waiting.length >= maxBatch
  }

  async #drain(): Promise<void> {
    if (this.#running.size === 0) {
      this.#busyPeriods++
      this.#estimate.busyFrom(this.#now())
    }
    let justCompleted = 0
    while (this.#mayStart()) {
      const batch = this.#takeBatch(this.#sizeAfter(justCompleted))
      if (batch.length === 0) continue
      this.#running.add(batch)
      const isSuccess = await this.#runBatch(batch)
      this.#running.delete(batch)
      this.#estimate.completed(isSuccess ? batch.length : 0, this.#now())
      // The next batch may fail as slowly as this one did. It takes all waiting items, so none waits for two failures.
      justCompleted = isSuccess ? batch.length : Number.POSITIVE_INFINITY
    }
  }

  #sizeAfter(justCompleted: number): number {
    const { maxBatch } = this.options
    if (this.#running.size > 0) return maxBatch
    return Math.min(maxBatch, Math.ceil((justCompleted + this.#waiting.length) / 2))
  }

  /** Takes the oldest items, without those that nobody waits for any more. Those are rejected. */
  #takeBatch(size: number): Entry<Item, Result>[] {
    const now = this.#now()
    const batch: Entry<Item, Result>[] = []
    let taken = 0
    for (const entry of this.#waiting) {
      if (batch.length === size) break
      taken++
      const expiry = expiryOf(entry.limits, now)
      if (expiry === undefined) batch.push(entry)
      else entry.reject(expiry)
    }
    this.#waiting.splice(0, taken)
    return batch
  }

  /** @returns whether the batch succeeded */
  async #runBatch(batch: readonly Entry<Item, Result>[]): Promise<boolean> {
    try {
      const results = await this.run(
        batch.map(({ item }) => item),
        sharedLimits(batch.map(({ limits }) => limits)),
      )
      if (results.length !== batch.length) throw new Error(`${results.length} results for ${batch.length} items`)
      results.forEach((result, index) => {
        batch[index]?.resolve(result)
      })
      return true
    } catch (error) {
      for (const { reject } of batch) reject(error)
      return false
    }
  }

  #expire(now: number): number {
    let earliest = Number.POSITIVE_INFINITY
    const isExpired = ({ limits: { deadline = Number.POSITIVE_INFINITY } }: Entry<Item, Result>) => {
      if (deadline <= now) return true
      earliest = Math.min(earliest, deadline)
      return false
    }
    this.#waiting = this.#waiting.filter((entry) => {
      if (!isExpired(entry)) return true
      entry.reject(expiryOf(entry.limits, now))
      return false
    })
    // The outcome of its batch comes too late for a promise that is settled.
    for (const batch of this.#running) {
      for (const entry of batch) if (isExpired(entry)) entry.reject(new OutcomeUnknownError())
    }
    return earliest
  }
}
