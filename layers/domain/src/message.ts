/** A message to publish, to either broker. */
export interface OutgoingMessage {
  /** Unique. The broker uses it as the message id. */
  readonly id: string
  /** Messages with the same key keep their order, if the broker guarantees an order. */
  readonly key: string
  /** JSON, or the unchanged body of a dead letter. */
  readonly body: string | Buffer
  readonly headers: Readonly<Record<string, string>>
}

export interface PublishOptions {
  /**
   * When the caller gives up, in epoch milliseconds. A message that is not sent by then is never sent. The publisher may
   * have a shorter time limit of its own.
   */
  readonly deadline?: number | undefined
}

/** Publishes messages to a broker. */
export interface MessagePublisher {
  /**
   * Resolves when the broker has confirmed the message: it is stored durably and will be routed.
   * @throws {UnavailableError} when the broker has not confirmed it within a bounded time. It is then unknown whether the
   *   broker has the message; publishing it again with the same id is safe.
   * @throws {OverloadedError} when too many messages wait to be published
   */
  publish(message: OutgoingMessage, options?: PublishOptions): Promise<void>
}
