import type { RecordedEvent } from './outbox-store'

/** Publishes events to a broker. */
export interface EventPublisher {
  /**
   * Resolves when the broker has confirmed all events. Events of one aggregate keep their order, as long as the caller
   * makes one call at a time.
   * @throws {UnavailableError} when the broker may have only a part of them, or none
   */
  publishAll(events: readonly RecordedEvent[]): Promise<void>
}
