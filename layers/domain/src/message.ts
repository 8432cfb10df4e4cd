/** A message as it leaves for a broker, whichever it is. */
export interface OutgoingMessage {
  /** Unique; the broker's message id. */
  readonly id: string
  /** Messages of one key keep their order, where the broker keeps any. */
  readonly key: string
  /** JSON, or whatever a dead letter holds. */
  readonly body: string | Buffer
  readonly headers: Readonly<Record<string, string>>
}

/** Hands messages to a broker. */
export interface MessagePublisher {
  /**
   * Resolves when the broker has the message durably and will route it.
   * @throws {UnavailableError} when it has not, or when that can't be known, within a bounded time
   * @throws {OverloadedError} when too many messages wait
   */
  publish(message: OutgoingMessage): Promise<void>
}
