import { type MessagePublisher, type OutgoingMessage, UnavailableError } from '@ecommerce/domain'

/** A message publisher that keeps the messages, or is down. */
export class FakePublisher implements MessagePublisher {
  readonly published: OutgoingMessage[] = []
  isDown = false

  async publish(message: OutgoingMessage): Promise<void> {
    if (this.isDown) throw new UnavailableError('the fake broker')
    this.published.push(message)
  }
}
