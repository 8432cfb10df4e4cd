import type { MessagePublisher, OutgoingMessage, PublishOptions } from '@ecommerce/domain'

/** Loads a publisher, with the client of its broker, when the first message is published. */
export class LazyPublisher implements MessagePublisher {
  #publisher: MessagePublisher | undefined

  constructor(private readonly load: () => Promise<MessagePublisher>) {}

  publish(message: OutgoingMessage, options?: PublishOptions): Promise<void> {
    return this.#publisher ? this.#publisher.publish(message, options) : this.#publishFirst(message, options)
  }

  async #publishFirst(message: OutgoingMessage, options?: PublishOptions): Promise<void> {
    this.#publisher = await this.load()
    return this.#publisher.publish(message, options)
  }
}
