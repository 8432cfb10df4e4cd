import type { RecordedEvent } from './outbox-store'

/** Tells the world what has happened. */
export interface EventPublisher {
  /**
   * Resolves when the broker has all of them durably, those of one aggregate in the order given. Call it again only
   * after the call before has ended.
   * @throws {UnavailableError} then any part of them may be there, or none
   */
  publishAll(events: readonly RecordedEvent[]): Promise<void>
}
