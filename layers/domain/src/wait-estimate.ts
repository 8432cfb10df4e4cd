/** What a completed batch leaves of the weight of earlier ones: the estimate follows a change within about five batches. */
const REMEMBERED = 0.8

/**
 * Estimates how long an item will wait in a queue, by Little's law: the items before it, divided by the throughput. The
 * throughput is that of the last few batches, measured while there was work.
 */
export class WaitEstimate {
  #items = 0
  #busyMs = 0
  #since = 0

  /** A batch starts after a time without work. */
  busyFrom(now: number): void {
    this.#since = now
  }

  /** A batch has ended. @param items 0 for a batch that failed */
  completed(items: number, now: number): void {
    this.#items = this.#items * REMEMBERED + items
    this.#busyMs = this.#busyMs * REMEMBERED + Math.max(0, now - this.#since)
    this.#since = now
  }

  /** The wait in ms while there is work; 0 as long as nothing was measured. @param ahead the items that wait already */
  waitMs(ahead: number, now: number): number {
    if (this.#items === 0) return 0
    // A batch that hangs lowers the throughput before it ends.
    const busyMs = this.#busyMs + Math.max(0, now - this.#since)
    return (ahead * busyMs) / this.#items
  }
}
