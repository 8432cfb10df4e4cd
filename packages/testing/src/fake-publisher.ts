import { type CallLimits, type MessagePublisher, type OutgoingMessage, UnavailableError } from '@ecommerce/domain'

/** A message publisher that keeps the messages, or is down. */
export class FakePublisher implements MessagePublisher {
  readonly published: OutgoingMessage[] = []
  /** The deadlines of the published messages, in the same order. */
  readonly deadlines: (number | undefined)[] = []
  isDown = false

  async publish(message: OutgoingMessage, { deadline }: CallLimits = {}): Promise<void> {
    if (this.isDown) throw new UnavailableError('the fake broker')
    this.published.push(message)
    this.deadlines.push(deadline)
  }
}
