import type { Clock } from '../clock'
import type { EventPublisher } from './event-publisher'
import type { OutboxStore } from './outbox-store'

export interface OutboxRelayParts {
  readonly store: OutboxStore
  readonly publisher: EventPublisher
  readonly clock: Clock
  /** Waits without keeping the process alive. */
  readonly pause: (ms: number) => Promise<void>
  /** Whether the process is saturated: see `createSaturation`. */
  readonly isSaturated: () => boolean
  /** Called when relaying after a commit fails. There is no caller that could handle the error. */
  readonly onFailure: (error: unknown) => void
}

export interface OutboxRelayOptions {
  readonly batchSize: number
  /** The time between two batches. More commits make batches larger, not more frequent. */
  readonly intervalMs: number
  /** The time between two batches while the process is saturated. Then events wait, so that orders do not. */
  readonly saturatedIntervalMs: number
}

const LONGEST_BACKOFF_MS = 10_000

/** Publishes the events of the outbox, one batch at a time. */
export class OutboxRelay {
  #isKicked = false
  #isRelaying = false
  #isStopped = false
  #failures = 0
  #lastBatch: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly parts: OutboxRelayParts,
    private readonly options: OutboxRelayOptions,
  ) {}

  /**
   * Starts to relay in the background, because there may be new events. Never throws. After a failure, the events stay
   * in the outbox until the next kick or sweep. The time between two batches doubles with each failure in a row.
   */
  kick(): void {
    this.#isKicked = true
    if (!this.#isRelaying) void this.#relayWhileKicked()
  }

  /**
   * Relays until the outbox is empty or the time is over.
   * @returns the number of relayed events
   * @throws {UnavailableError} when the store or the broker is unavailable
   */
  async sweep(withinMs: number): Promise<number> {
    const deadline = this.parts.clock().getTime() + withinMs
    for (let relayed = 0; ; ) {
      const batch = await this.#relayBatch()
      if (batch !== 'busy') relayed += batch
      if (!this.#mayHaveMore(batch) || this.parts.clock().getTime() >= deadline) return relayed
      if (batch === 'busy') await this.parts.pause(this.options.intervalMs)
    }
  }

  /** Starts no further batch. Resolves when the current batch has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#lastBatch
  }

  async #relayWhileKicked(): Promise<void> {
    this.#isRelaying = true
    while (this.#isKicked && !this.#isStopped) {
      this.#isKicked = false
      try {
        const batch = await this.#relayBatch()
        if (this.#mayHaveMore(batch)) this.#isKicked = true
      } catch (error) {
        this.parts.onFailure(error)
      }
      await this.parts.pause(this.#waitMs())
    }
    this.#isRelaying = false
  }

  /** One batch after another, so that a kick and a sweep of this process do not compete for the lock of the store. */
  #relayBatch(): Promise<number | 'busy'> {
    const batch = this.#lastBatch.then(() => this.#relayNow())
    this.#lastBatch = batch.catch(() => undefined)
    return batch
  }

  async #relayNow(): Promise<number | 'busy'> {
    if (this.#isStopped) return 0
    const { store, publisher } = this.parts
    try {
      const batch = await store.relay(this.options.batchSize, (events) => publisher.publishAll(events))
      this.#failures = 0
      return batch
    } catch (error) {
      this.#failures += 1
      throw error
    }
  }

  #mayHaveMore(batch: number | 'busy'): boolean {
    return batch === 'busy' || batch >= this.options.batchSize
  }

  #waitMs(): number {
    const { intervalMs, saturatedIntervalMs } = this.options
    const usualMs = this.parts.isSaturated() ? saturatedIntervalMs : intervalMs
    return Math.min(usualMs * 2 ** this.#failures, LONGEST_BACKOFF_MS)
  }
}
