/** What ends the gathering of a batch, whichever comes first. */
export interface BatchLimits {
  readonly batchSize: number
  /** Counted from the arrival of the first record. 0: whatever is there goes at once. */
  readonly windowMs: number
  /** A record larger than this is given alone. */
  readonly maxBytes: number
}

export interface Timer {
  readonly now: () => number
  /** Calls once, later, never within the call; returns how to cancel. */
  readonly after: (ms: number, callback: () => void) => () => void
}

export interface Gathered<R> {
  readonly records: readonly R[]
  readonly bytes: number
}

/**
 * Records that wait to go out in batches: every record once, in the order of arrival, never over the limits. Several
 * takers may wait; the one that came first is served first.
 */
export interface BatchQueue<R> {
  push(record: R, bytes: number): void
  /** The next batch as soon as it is due; undefined once the queue is closed. */
  next(): Promise<Gathered<R> | undefined>
  /** Gives no more: what waits is never given. */
  close(): void
  readonly size: number
  readonly bytes: number
}

interface Waiting<R> {
  readonly record: R
  readonly bytes: number
  readonly arrivedAt: number
}

export function createBatchQueue<R>(limits: BatchLimits, timer: Timer): BatchQueue<R> {
  const waiting: Waiting<R>[] = []
  const takers: ((batch: Gathered<R> | undefined) => void)[] = []
  let bytes = 0
  let isClosed = false
  let cancelTimer: (() => void) | undefined

  function isFull(): boolean {
    return waiting.length >= limits.batchSize || bytes >= limits.maxBytes
  }

  function take(): Gathered<R> {
    let sum = 0
    let count = 0
    for (const { bytes: size } of waiting) {
      if (count === limits.batchSize || (count > 0 && sum + size > limits.maxBytes)) break
      sum += size
      count += 1
    }
    bytes -= sum
    return { records: waiting.splice(0, count).map(({ record }) => record), bytes: sum }
  }

  function serve(): void {
    cancelTimer?.()
    cancelTimer = undefined
    while (takers.length > 0 && isFull()) takers.shift()?.(take())
    const [first] = waiting
    if (takers.length === 0 || first === undefined) return
    // Also when it is due already: records that arrive one by one, without a pause, go together.
    cancelTimer = timer.after(Math.max(first.arrivedAt + limits.windowMs - timer.now(), 0), serveDue)
  }

  function serveDue(): void {
    takers.shift()?.(take())
    serve()
  }

  return {
    push(record, size) {
      if (isClosed) return
      waiting.push({ record, bytes: size, arrivedAt: timer.now() })
      bytes += size
      serve()
    },
    next() {
      if (isClosed) return Promise.resolve(undefined)
      return new Promise((resolve) => {
        takers.push(resolve)
        serve()
      })
    },
    close() {
      isClosed = true
      cancelTimer?.()
      cancelTimer = undefined
      for (const taker of takers.splice(0)) taker(undefined)
    },
    get size() {
      return waiting.length
    },
    get bytes() {
      return bytes
    },
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
