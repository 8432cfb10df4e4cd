import type { Clock } from '../clock'
import type { MessagePublisher } from '../message'
import { type DeadLetterCause, type DeadMessage, deadLettered } from './dead-letter-message'

export interface Undeliverable {
  readonly message: DeadMessage
  readonly cause: DeadLetterCause
}

/** Where consumers send what can never succeed. */
export class DeadLetterPublisher {
  constructor(
    private readonly publisher: MessagePublisher,
    private readonly clock: Clock,
    /** Told the cause of each message that arrived; must not throw. */
    private readonly onSent: (cause: DeadLetterCause) => void = () => undefined,
  ) {}

  /** Resolves when the broker has all of them. @throws {UnavailableError} when it may not */
  async send(undeliverable: readonly Undeliverable[]): Promise<void> {
    const at = this.clock()
    await Promise.all(
      undeliverable.map(async ({ message, cause }) => {
        await this.publisher.publish(deadLettered(message, cause, at))
        this.onSent(cause)
      }),
    )
  }
}
