import { GroupCommit, type MessagePublisher, type OutgoingMessage, UnavailableError } from '@ecommerce/domain'

export interface BatchPublisherOptions {
  /** The name of the broker in errors. */
  readonly broker: string
  readonly maxBatch: number
  readonly maxWaiting: number
  readonly maxRunning: number
  /** A message that is not confirmed by then fails. */
  readonly publishWithinMs: number
}

/** The reason why the broker has not confirmed a message. Undefined when it has. */
export type Refusal = Error | undefined

interface QueuedMessage {
  readonly message: OutgoingMessage
  readonly expiresAt: number
}

/** The least time for a batch. With less, it would often fail although the broker works. */
const MIN_SEND_MS = 400

/**
 * Publishes messages in batches. A message is sent immediately when nothing is in flight. Messages that arrive
 * meanwhile form the next batch. The time limit of a batch is that of its oldest message, so no caller waits much
 * longer than `publishWithinMs`.
 */
export class BatchPublisher implements MessagePublisher {
  readonly #batches: GroupCommit<QueuedMessage, Refusal>

  /** @param send settles within the given time, with one result per message, or with one error for all of them */
  constructor(
    private readonly send: (messages: readonly OutgoingMessage[], withinMs: number) => Promise<readonly Refusal[]>,
    private readonly options: BatchPublisherOptions,
  ) {
    this.#batches = new GroupCommit((batch) => this.#sendBatch(batch), options)
  }

  async publish(message: OutgoingMessage): Promise<void> {
    const expiresAt = performance.now() + this.options.publishWithinMs
    const refusal = await this.#batches.submit({ message, expiresAt })
    if (refusal) throw new UnavailableError(this.options.broker, { cause: refusal })
  }

  async #sendBatch(batch: readonly QueuedMessage[]): Promise<readonly Refusal[]> {
    const leftMs = (batch[0]?.expiresAt ?? 0) - performance.now()
    if (leftMs <= 0) {
      // Sending more would not help a broker that is so far behind.
      throw new UnavailableError(this.options.broker, { cause: new Error('the messages waited too long to be sent') })
    }
    return this.send(
      batch.map(({ message }) => message),
      Math.max(leftMs, MIN_SEND_MS),
    )
  }
}
