import type { DomainEvent } from '../domain-event'

/** An event as it waits in the outbox. */
export interface RecordedEvent extends Omit<DomainEvent, 'data'> {
  /** Unique. Within an aggregate ids grow, as numbers, in the order of what happened. */
  readonly id: string
  /** JSON text: nobody on the way has to read it. */
  readonly data: string
}

export interface OutboxDepth {
  readonly pending: number
  /** How long the oldest event has waited; 0 when none does. */
  readonly oldestAgeMs: number
}

/** Where events wait, written in the transactions that made them true. */
export interface OutboxStore {
  /**
   * Hands the oldest events to `publish`, `limit` of them or a few more where some are kept together, and forgets them
   * once it resolves; when it rejects, or this process ends before that, they stay. Of all relays of one outbox, in any
   * process, one is at work at a time.
   *
   * So events go out at least once, and what has been published of an aggregate is always its oldest events: leaving
   * out those whose id was seen before, everybody sees them in order, whatever was sent twice.
   *
   * `publish` is not called when nothing waits. It must end within a minute, or another relay may begin.
   * @returns how many have been published, fewer than `limit` when no more wait; `busy` when another relay is at work
   * @throws {UnavailableError} when the store can't be reached; and whatever `publish` throws
   */
  relay(limit: number, publish: (events: readonly RecordedEvent[]) => Promise<void>): Promise<number | 'busy'>
  /** @throws {UnavailableError} */
  depth(): Promise<OutboxDepth>
}
