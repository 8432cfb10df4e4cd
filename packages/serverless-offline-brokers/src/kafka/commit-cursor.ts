/**
 * Knows which records of one partition are unfinished, and so which offset may be committed. A committed offset means:
 * every record before it is finished. A record is unfinished while it waits for delivery or is in flight.
 *
 * Bookkeeping only: no I/O, no time.
 */
export class CommitCursor {
  #position: bigint
  #committed: bigint
  /** Offsets of the records that wait for delivery, in ascending order. */
  readonly #waiting: bigint[] = []
  /** Offsets of the unfinished records in the current batch. */
  #inFlight: readonly bigint[] = []

  constructor(start: bigint) {
    this.#position = start
    this.#committed = start
  }

  /** The offset to fetch next. */
  get position(): bigint {
    return this.#position
  }

  /** The offset of the last commit; before the first one, the start. */
  get committed(): bigint {
    return this.#committed
  }

  get hasUnfinished(): boolean {
    return this.#waiting.length > 0 || this.#inFlight.length > 0
  }

  /** The offset to commit now. Undefined when nothing was finished since the last commit. */
  get nextCommit(): bigint | undefined {
    const [firstWaiting = this.#position] = this.#waiting
    const offset = this.#inFlight.reduce((lowest, each) => (each < lowest ? each : lowest), firstWaiting)
    return offset > this.#committed ? offset : undefined
  }

  /** False for a record that was fetched before. */
  isNew(offset: bigint): boolean {
    return offset >= this.#position
  }

  /** Adds a new record that waits for delivery. Offsets must be ascending. */
  enqueue(offset: bigint): void {
    this.#waiting.push(offset)
  }

  /** Everything before this offset has been fetched. Records that were not enqueued count as finished. */
  advance(nextOffset: bigint): void {
    if (nextOffset > this.#position) this.#position = nextOffset
  }

  /** Puts the first waiting records in flight, as the next batch. The batch before must be finished. */
  startBatch(size: number): void {
    this.#inFlight = this.#waiting.splice(0, size)
  }

  /** Only these records of the batch are still unfinished. */
  keepInFlight(offsets: readonly bigint[]): void {
    this.#inFlight = offsets
  }

  /** The broker has stored this offset, which was `nextCommit` when the commit started. */
  markCommitted(offset: bigint): void {
    this.#committed = offset
  }
}
