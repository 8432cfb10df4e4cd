import { type MessagePublisher, type OutgoingMessage, UnavailableError } from '@ecommerce/domain'

/** A broker that keeps what it is given, or is away. */
export class FakePublisher implements MessagePublisher {
  readonly published: OutgoingMessage[] = []
  isDown = false

  async publish(message: OutgoingMessage): Promise<void> {
    if (this.isDown) throw new UnavailableError('the fake broker')
    this.published.push(message)
  }
}
