import type { Clock } from '../clock'
import type { EventPublisher } from './event-publisher'
import type { OutboxStore } from './outbox-store'

export interface OutboxRelayParts {
  readonly store: OutboxStore
  readonly publisher: EventPublisher
  readonly clock: Clock
  /** Waits, without keeping the process alive. */
  readonly pause: (ms: number) => Promise<void>
  /** Whether the process has had no time to spare since this was asked last. */
  readonly isSaturated: () => boolean
  /** Told when relaying after a commit failed: nobody waits for that who could be. */
  readonly onFailure: (error: unknown) => void
}

export interface OutboxRelayOptions {
  readonly batchSize: number
  /** Between two batches after commits: more commits make batches fuller, not more frequent. */
  readonly intervalMs: number
  /** The same while the process is saturated: events may be late then, they are not to make orders late. */
  readonly saturatedIntervalMs: number
}

const LONGEST_BACKOFF_MS = 10_000

/** Brings events from the outbox to their publisher, one batch at a time. */
export class OutboxRelay {
  #isKicked = false
  #isKicking = false
  #isStopped = false
  #failures = 0
  #lastBatch: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly parts: OutboxRelayParts,
    private readonly options: OutboxRelayOptions,
  ) {}

  /**
   * Something may wait: relays it soon, behind the caller's back. Never throws. After a failure the events wait for
   * the next kick, which waits the longer the more often it failed, or for the next sweep.
   */
  kick(): void {
    this.#isKicked = true
    if (!this.#isKicking) void this.#relayWhileKicked()
  }

  /**
   * Relays until nothing waits, or the time is over.
   * @returns how many events
   * @throws {UnavailableError} when the store or the broker is away
   */
  async sweep(withinMs: number): Promise<number> {
    const deadline = this.parts.clock().getTime() + withinMs
    for (let relayed = 0; ; ) {
      const batch = await this.#relayBatch()
      if (batch !== 'busy') relayed += batch
      if (!this.#mayBeMore(batch) || this.parts.clock().getTime() >= deadline) return relayed
      if (batch === 'busy') await this.parts.pause(this.options.intervalMs)
    }
  }

  /** Resolves when no batch is under way; none begins afterwards. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#lastBatch
  }

  async #relayWhileKicked(): Promise<void> {
    this.#isKicking = true
    while (this.#isKicked && !this.#isStopped) {
      this.#isKicked = false
      try {
        const batch = await this.#relayBatch()
        if (this.#mayBeMore(batch)) this.#isKicked = true
      } catch (error) {
        this.parts.onFailure(error)
      }
      await this.parts.pause(this.#waitMs())
    }
    this.#isKicking = false
  }

  /** In turns: a kick and a sweep of one process need not meet in the store. */
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

  #mayBeMore(batch: number | 'busy'): boolean {
    return batch === 'busy' || batch >= this.options.batchSize
  }

  #waitMs(): number {
    const { intervalMs, saturatedIntervalMs } = this.options
    const usualMs = this.parts.isSaturated() ? saturatedIntervalMs : intervalMs
    return Math.min(usualMs * 2 ** this.#failures, LONGEST_BACKOFF_MS)
  }
}
