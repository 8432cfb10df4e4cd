import { type EventPublisher, type RecordedEvent, UnavailableError } from '@ecommerce/domain'

/** An event publisher that keeps the events, or is down. */
export class FakeEventPublisher implements EventPublisher {
  readonly published: RecordedEvent[] = []
  /** The number of events of each call. */
  readonly batches: number[] = []
  isDown = false

  async publishAll(events: readonly RecordedEvent[]): Promise<void> {
    if (this.isDown) throw new UnavailableError('the fake broker')
    this.batches.push(events.length)
    this.published.push(...events)
  }
}
