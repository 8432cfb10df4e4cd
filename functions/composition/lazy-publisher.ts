import type { CallLimits, MessagePublisher, OutgoingMessage } from '@ecommerce/domain'

/** Loads a publisher, with the client of its broker, when the first message is published. */
export class LazyPublisher implements MessagePublisher {
  #publisher: MessagePublisher | undefined

  constructor(private readonly load: () => Promise<MessagePublisher>) {}

  publish(message: OutgoingMessage, limits?: CallLimits): Promise<void> {
    return this.#publisher ? this.#publisher.publish(message, limits) : this.#publishFirst(message, limits)
  }

  async #publishFirst(message: OutgoingMessage, limits: CallLimits | undefined): Promise<void> {
    this.#publisher = await this.load()
    return this.#publisher.publish(message, limits)
  }
}
