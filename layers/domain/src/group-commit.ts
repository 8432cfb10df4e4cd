import { OverloadedError } from './errors'
import type { BusyPeriods } from './saturation'

export interface GroupCommitOptions {
  readonly maxBatch: number
  /** Items that may wait behind the running batches before new ones are refused. */
  readonly maxWaiting: number
  /** Batches that may run side by side, 1 by default. A second one starts when there are enough items to fill it. */
  readonly maxRunning?: number
}

interface Waiting<Item, Result> {
  readonly item: Item
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

/**
 * Gathers concurrent calls into batches: items that arrive while a batch runs form the next one. An item that finds
 * nothing running starts at once, so a lone call never waits for company. Beside a running batch only full ones start:
 * few large batches cost less than many small ones. Batches start in the order of arrival of their items. When a batch
 * fails, each of its items fails with that error.
 *
 * Those who are answered come back with their next request. A batch takes at most half of them and of who waits, so that
 * one half is answered and asks again while the other is written. Otherwise everybody would meet in one batch: this
 * process would wait for the database, then the database for this process. After a failure all who wait are taken.
 */
export class GroupCommit<Item, Result> implements BusyPeriods {
  #waiting: Waiting<Item, Result>[] = []
  #running = 0
  #spells = 0

  /** @param run handles a batch and answers one result per item, in the same order */
  constructor(
    private readonly run: (items: Item[]) => Promise<readonly Result[]>,
    private readonly options: GroupCommitOptions,
  ) {}

  get busyPeriod(): number | undefined {
    return this.#running > 0 ? this.#spells : undefined
  }

  /** @throws {OverloadedError} when `maxWaiting` items wait already */
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
    if (this.#running === 0) this.#spells++
    let justDone = 0
    while (this.#mayStart()) {
      const batch = this.#waiting.splice(0, this.#sizeAfter(justDone))
      this.#running++
      const isDone = await this.#settle(batch)
      this.#running--
      // What failed may take its whole time to fail again: nobody is to wait for more than one such batch.
      justDone = isDone ? batch.length : Number.POSITIVE_INFINITY
    }
  }

  #sizeAfter(justDone: number): number {
    const { maxBatch } = this.options
    if (this.#running > 0) return maxBatch
    return Math.min(maxBatch, Math.ceil((justDone + this.#waiting.length) / 2))
  }

  /** @returns whether the batch went well */
  async #settle(batch: Waiting<Item, Result>[]): Promise<boolean> {
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
