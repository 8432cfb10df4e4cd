import { GroupCommit, type MessagePublisher, type OutgoingMessage } from '@ecommerce/domain'
import { withDeadline } from '../deadline'
import type { KafkaProducer } from './kafka-producer'

export interface KafkaPublisherOptions {
  readonly topic: string
  readonly maxBatch: number
  readonly maxWaiting: number
  /** After this a caller is told that the message is not confirmed. */
  readonly publishWithinMs: number
}

interface Waiting {
  readonly message: OutgoingMessage
  readonly expiresAt: number
}

/**
 * Publishes to one topic, in batches by need: a message that finds nothing in flight is sent at once, those that come
 * meanwhile are sent together.
 */
export class KafkaPublisher implements MessagePublisher {
  readonly #batches: GroupCommit<Waiting, undefined>

  constructor(
    private readonly producer: KafkaProducer,
    private readonly options: KafkaPublisherOptions,
  ) {
    const { maxBatch, maxWaiting } = options
    this.#batches = new GroupCommit((batch) => this.#send(batch), { maxBatch, maxWaiting })
  }

  publish(message: OutgoingMessage): Promise<void> {
    const { publishWithinMs } = this.options
    const waiting = { message, expiresAt: performance.now() + publishWithinMs }
    return withDeadline('Kafka', publishWithinMs, this.#batches.submit(waiting))
  }

  async #send(batch: readonly Waiting[]): Promise<undefined[]> {
    // Whoever waited too long has been told so: sending it now would only add to the load.
    const due = batch.filter(({ expiresAt }) => expiresAt > performance.now())
    const messages = due.map(({ message: { id, key, body, headers } }) => ({
      key,
      value: body,
      headers: { 'message-id': id, ...headers },
    }))
    if (messages.length > 0) await this.producer.send([{ topic: this.options.topic, messages }])
    return batch.map(() => undefined)
  }
}
