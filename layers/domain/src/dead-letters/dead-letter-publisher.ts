import type { Clock } from '../clock'
import type { MessagePublisher } from '../message'
import { type DeadLetterCause, type DeadMessage, deadLettered } from './dead-letter-message'

export interface Undeliverable {
  readonly message: DeadMessage
  readonly cause: DeadLetterCause
}

/** Publishes messages that can never succeed to the dead letters of their broker. */
export class DeadLetterPublisher {
  constructor(
    private readonly publisher: MessagePublisher,
    private readonly clock: Clock,
    /** Called for each message that the broker has confirmed. Must not throw. */
    private readonly onSent: (cause: DeadLetterCause) => void = () => undefined,
  ) {}

  /** Resolves when the broker has confirmed all messages. @throws {UnavailableError} when it has not confirmed one */
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
