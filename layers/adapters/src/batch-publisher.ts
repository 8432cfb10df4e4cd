import { GroupCommit, type MessagePublisher, type OutgoingMessage, UnavailableError } from '@ecommerce/domain'

export interface BatchPublisherOptions {
  /** Named in the errors. */
  readonly broker: string
  readonly maxBatch: number
  readonly maxWaiting: number
  readonly maxRunning: number
  /** After this a caller is told that the message is not confirmed. */
  readonly publishWithinMs: number
}

/** Why the broker did not take one message of a batch; undefined when it did. */
export type Refusal = Error | undefined

interface Waiting {
  readonly message: OutgoingMessage
  readonly expiresAt: number
}

/** What a batch is given at least: it is not fair to give up what has only just been sent. */
const SHORTEST_SEND_MS = 400

/**
 * Publishes in batches by need: a message that finds nothing in flight is sent at once, those that come meanwhile are
 * sent together. A batch ends by the time of its oldest message, so no caller waits much longer than
 * `publishWithinMs`, wherever its message is.
 */
export class BatchPublisher implements MessagePublisher {
  readonly #batches: GroupCommit<Waiting, Refusal>

  /** @param send settles within the time it is given, with one result for each message or an error for them all */
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

  async #sendBatch(batch: readonly Waiting[]): Promise<readonly Refusal[]> {
    const leftMs = (batch[0]?.expiresAt ?? 0) - performance.now()
    if (leftMs <= 0) {
      // A broker this far behind is not helped by more.
      throw new UnavailableError(this.options.broker, { cause: new Error('messages waited too long for their turn') })
    }
    return this.send(
      batch.map(({ message }) => message),
      Math.max(leftMs, SHORTEST_SEND_MS),
    )
  }
}
