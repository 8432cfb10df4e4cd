import { type EventPublisher, type RecordedEvent, UnavailableError } from '@ecommerce/domain'

/** Keeps what it is given, or is away. */
export class FakeEventPublisher implements EventPublisher {
  readonly published: RecordedEvent[] = []
  /** One entry a call: how many events it was given. */
  readonly batches: number[] = []
  isDown = false

  async publishAll(events: readonly RecordedEvent[]): Promise<void> {
    if (this.isDown) throw new UnavailableError('the fake broker')
    this.batches.push(events.length)
    this.published.push(...events)
  }
}
