import type { MessagePublisher, OutgoingMessage } from '@ecommerce/domain'

/** Loads a publisher, with the client of its broker, when the first message is published. */
export class LazyPublisher implements MessagePublisher {
  #publisher: MessagePublisher | undefined

  constructor(private readonly load: () => Promise<MessagePublisher>) {}

  publish(message: OutgoingMessage): Promise<void> {
    return this.#publisher ? this.#publisher.publish(message) : this.#publishFirst(message)
  }

  async #publishFirst(message: OutgoingMessage): Promise<void> {
    this.#publisher = await this.load()
    return this.#publisher.publish(message)
  }
}
