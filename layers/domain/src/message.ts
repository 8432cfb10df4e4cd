import type { CallLimits } from './call-limits'

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

/** Publishes messages to a broker. */
export interface MessagePublisher {
  /**
   * Resolves when the broker has confirmed the message: it is stored durably and will be routed.
   * @throws {UnavailableError} when the broker has not confirmed it within a bounded time. It is then unknown whether the
   *   broker has the message; publishing it again with the same id is safe.
   * @throws {OverloadedError} when too many messages wait to be published
   * @throws {ExpiredError} @throws {OutcomeUnknownError} when the deadline passes before it is sent, or before it is confirmed
   */
  publish(message: OutgoingMessage, limits?: CallLimits): Promise<void>
}
