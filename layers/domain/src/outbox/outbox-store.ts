import type { CallLimits } from '../call-limits'
import type { DomainEvent } from '../domain-event'

/** An event in the outbox. */
export interface RecordedEvent extends Omit<DomainEvent, 'data'> {
  /** Unique. As numbers, the ids of one aggregate increase in the order of its events. */
  readonly id: string
  /** JSON text. It is published as it is, without parsing. */
  readonly data: string
}

export interface OutboxDepth {
  readonly pending: number
  /** The age of the oldest event; 0 when the outbox is empty. */
  readonly oldestAgeMs: number
}

/** Stores events until they are published. The transaction that makes an event true also writes it. */
export interface OutboxStore {
  /**
   * Passes the oldest events to `publish`, and deletes them when it resolves. If it rejects, or the process ends before
   * that, the events stay. Only one relay of an outbox works at a time, in all processes together.
   *
   * So each event is published at least once, and an aggregate's events are published in order. A consumer that skips
   * ids it has already seen gets every event once and in order.
   *
   * `publish` is not called when the outbox is empty. It may take long. When its process dies or freezes, another relay
   * works after a while; then events may be published twice.
   * @param limit the number of events; there may be a few more, because some are stored together
   * @returns the number of published events, less than `limit` when the outbox is empty; `busy` when another relay
   *   works
   * @throws {UnavailableError} when the store is unavailable; rethrows the errors of `publish`
   */
  relay(limit: number, publish: (events: readonly RecordedEvent[]) => Promise<void>): Promise<number | 'busy'>
  /** @throws {UnavailableError} */
  depth(options?: CallLimits): Promise<OutboxDepth>
}
