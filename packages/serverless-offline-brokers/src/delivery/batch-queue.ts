/** A batch is due when it reaches the first of these limits. */
export interface BatchLimits {
  readonly batchSize: number
  /** Starts when the first record arrives. 0: the batch is due immediately. */
  readonly windowMs: number
  /** A larger record gets a batch of its own. */
  readonly maxBytes: number
}

export interface Timer {
  readonly now: () => number
  /** Calls back once, never synchronously. Returns a function that cancels it. */
  readonly after: (ms: number, callback: () => void) => () => void
}

export interface Batch<R> {
  readonly records: readonly R[]
  readonly bytes: number
}

interface WaitingRecord<R> {
  readonly record: R
  readonly bytes: number
  readonly arrivedAt: number
}

/**
 * Forms batches of waiting records: each record once, in order of arrival, within the limits. When several callers of
 * `next` wait, the first one gets the next batch.
 */
export class BatchQueue<R> {
  readonly #waiting: WaitingRecord<R>[] = []
  readonly #callers: ((batch: Batch<R> | undefined) => void)[] = []
  #bytes = 0
  #isClosed = false
  #cancelTimer: (() => void) | undefined

  constructor(
    private readonly limits: BatchLimits,
    private readonly timer: Timer,
  ) {}

  get size(): number {
    return this.#waiting.length
  }

  get bytes(): number {
    return this.#bytes
  }

  push(record: R, bytes: number): void {
    if (this.#isClosed) return
    this.#waiting.push({ record, bytes, arrivedAt: this.timer.now() })
    this.#bytes += bytes
    this.#serve()
  }

  /** Resolves to the next batch as soon as it is due, or to undefined once the queue is closed. */
  next(): Promise<Batch<R> | undefined> {
    if (this.#isClosed) return Promise.resolve(undefined)
    return new Promise((resolve) => {
      this.#callers.push(resolve)
      this.#serve()
    })
  }

  /** No batch comes after this. The waiting records are not delivered. */
  close(): void {
    this.#isClosed = true
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    for (const caller of this.#callers.splice(0)) caller(undefined)
  }

  get #isFull(): boolean {
    return this.#waiting.length >= this.limits.batchSize || this.#bytes >= this.limits.maxBytes
  }

  #serve(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    while (this.#callers.length > 0 && this.#isFull) this.#serveFirst()
    const [first] = this.#waiting
    if (this.#callers.length === 0 || first === undefined) return
    // A timer even when the batch is due already, so that records that arrive in one tick share a batch.
    const dueInMs = Math.max(first.arrivedAt + this.limits.windowMs - this.timer.now(), 0)
    this.#cancelTimer = this.timer.after(dueInMs, () => {
      this.#serveFirst()
      this.#serve()
    })
  }

  #serveFirst(): void {
    this.#callers.shift()?.(this.#removeBatch())
  }

  #removeBatch(): Batch<R> {
    const { batchSize, maxBytes } = this.limits
    let sum = 0
    let count = 0
    for (const { bytes } of this.#waiting) {
      if (count === batchSize || (count > 0 && sum + bytes > maxBytes)) break
      sum += bytes
      count += 1
    }
    this.#bytes -= sum
    return { records: this.#waiting.splice(0, count).map(({ record }) => record), bytes: sum }
  }
}

export const systemTimer: Timer = {
  now: () => performance.now(),
  after(ms, callback) {
    if (ms <= 0) {
      const immediate = setImmediate(callback)
      return () => clearImmediate(immediate)
    }
    const timeout = setTimeout(callback, ms)
    return () => clearTimeout(timeout)
  },
}
