import { OverloadedError } from './errors'
import type { BusyPeriods } from './saturation'

export interface GroupCommitOptions {
  readonly maxBatch: number
  /** The most items that may wait for a batch. More are refused. */
  readonly maxWaiting: number
  /**
   * The most batches that run at the same time. Default: 1. A second one starts only when enough items wait to fill it.
   */
  readonly maxRunning?: number
}

interface WaitingItem<Item, Result> {
  readonly item: Item
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

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
 */
export class GroupCommit<Item, Result> implements BusyPeriods {
  #waiting: WaitingItem<Item, Result>[] = []
  #running = 0
  #busyPeriods = 0

  /** @param run processes a batch and returns one result per item, in the same order */
  constructor(
    private readonly run: (items: Item[]) => Promise<readonly Result[]>,
    private readonly options: GroupCommitOptions,
  ) {}

  get busyPeriod(): number | undefined {
    return this.#running > 0 ? this.#busyPeriods : undefined
  }

  /** @throws {OverloadedError} when `maxWaiting` items are waiting */
  submit(item: Item): Promise<Result> {
    if (this.#waiting.length >= this.options.maxWaiting) return Promise.reject(new OverloadedError())
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject })
      if (this.#mayStart()) void this.#drain()
    })
  }

  #mayStart(): boolean {
    const { maxBatch, maxRunning = 1 } = this.options
    if (this.#running === 0) return this.#waiting.length > 0
    return this.#running < maxRunning && this.#waiting.length >= maxBatch
  }

  async #drain(): Promise<void> {
    if (this.#running === 0) this.#busyPeriods++
    let justCompleted = 0
    while (this.#mayStart()) {
      const batch = this.#waiting.splice(0, this.#sizeAfter(justCompleted))
      this.#running++
      const isSuccess = await this.#runBatch(batch)
      this.#running--
      // The next batch may fail as slowly as this one did. It takes all waiting items, so none waits for two failures.
      justCompleted = isSuccess ? batch.length : Number.POSITIVE_INFINITY
    }
  }

  #sizeAfter(justCompleted: number): number {
    const { maxBatch } = this.options
    if (this.#running > 0) return maxBatch
    return Math.min(maxBatch, Math.ceil((justCompleted + this.#waiting.length) / 2))
  }

  /** @returns whether the batch succeeded */
  async #runBatch(batch: WaitingItem<Item, Result>[]): Promise<boolean> {
    try {
      const results = await this.run(batch.map(({ item }) => item))
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
}
