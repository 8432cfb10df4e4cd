import {
  type CallLimits,
  type MessagePublisher,
  type OutgoingMessage,
  readTraceContext,
  type SpanAttributes,
  type Tracer,
  traceIdOf,
} from '@ecommerce/domain'

export interface PublishedTo {
  readonly broker: 'kafka' | 'rabbitmq'
  /** A topic, or an exchange with a routing key: `{exchange}:{routing key}`. */
  readonly destination: string
}

/**
 * Publishes each message in a span and writes the span into the headers, so that the consumer continues the trace. A
 * message that has another trace already (a dead letter, a replay) stays in that trace. In a trace that is not recorded,
 * the message is published unchanged.
 */
export class TracedPublisher implements MessagePublisher {
  readonly #name: string
  readonly #attributes: SpanAttributes

  constructor(
    private readonly publisher: MessagePublisher,
    private readonly tracer: Tracer,
    { broker, destination }: PublishedTo,
  ) {
    this.#name = `send ${destination}`
    this.#attributes = {
      'messaging.system': broker,
      'messaging.destination.name': destination,
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
    }
  }

  publish(message: OutgoingMessage, limits?: CallLimits): Promise<void> {
    const { current } = this.tracer
    const own = readTraceContext(message.headers)
    const isElsewhere = own !== undefined && current !== undefined && traceIdOf(own) !== traceIdOf(current)
    const start = {
      name: this.#name,
      kind: 'producer' as const,
      attributes: {
        ...this.#attributes,
        'messaging.message.id': message.id,
        'messaging.message.body.size': Buffer.byteLength(message.body),
      },
      parent: isElsewhere ? own : (current ?? own),
      ...(isElsewhere && { links: [current] }),
    }
    return this.tracer.inSpan(start, ({ context }) =>
      this.publisher.publish({ ...message, headers: { ...message.headers, ...context } }, limits),
    )
  }
}
