import {
  type CallLimits,
  GroupCommit,
  type MessagePublisher,
  type OutgoingMessage,
  steadyNow,
  UnavailableError,
} from '@ecommerce/domain'
import { withDeadline } from './deadline'

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
  /** When `publishWithinMs` is over, on the clock of `performance.now()`. */
  readonly lateAt: number
  /** When the caller gives up. Not later than `lateAt`. */
  readonly expiresAt: number
}

/** The least time for a batch. With less, it would often fail although the broker works. */
const MIN_SEND_MS = 400

/**
 * Publishes messages in batches. A message is sent immediately when nothing is in flight. Messages that arrive
 * meanwhile form the next batch. The time limit of a batch is that of its oldest message, so no caller waits much
 * longer than `publishWithinMs`. A caller with an earlier deadline waits no longer than that, and does not shorten the
 * time of the other messages.
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

  async publish(message: OutgoingMessage, { deadline }: CallLimits = {}): Promise<void> {
    const { broker, publishWithinMs } = this.options
    const leftMs = deadline === undefined ? publishWithinMs : Math.min(publishWithinMs, deadline - steadyNow())
    if (leftMs <= 0) throw new UnavailableError(broker, { cause: expired() })
    const now = performance.now()
    const published = this.#batches.submit({ message, lateAt: now + publishWithinMs, expiresAt: now + leftMs })
    // The batch has the time limit of `publishWithinMs`. Only an earlier deadline needs a timer of its own.
    const refusal = await (leftMs < publishWithinMs ? withDeadline(broker, leftMs, published) : published)
    if (refusal) throw new UnavailableError(broker, { cause: refusal })
  }

  async #sendBatch(batch: readonly QueuedMessage[]): Promise<readonly Refusal[]> {
    const now = performance.now()
    const leftMs = (batch[0]?.lateAt ?? 0) - now
    if (leftMs <= 0) {
      // Sending more would not help a broker that is so far behind.
      throw new UnavailableError(this.options.broker, { cause: new Error('the messages waited too long to be sent') })
    }
    const due = batch.filter(({ expiresAt }) => expiresAt > now)
    if (due.length === 0) return batch.map(expired)
    const sent = await this.send(
      due.map(({ message }) => message),
      Math.max(leftMs, MIN_SEND_MS),
    )
    const refusals = new Map(due.map((queued, index) => [queued, sent[index]]))
    return batch.map((queued) => (refusals.has(queued) ? refusals.get(queued) : expired()))
  }
}

function expired(): Error {
  return new Error('the deadline of the caller was over before the message could be sent')
}
