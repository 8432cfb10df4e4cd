import { readTraceContext, type SpanAttributes, type Tracer } from '@ecommerce/domain'
import type { ConsumedMessage } from '../consumers/consumed-message'

type Consume<Context> = (messages: ConsumedMessage[], context: Context) => Promise<void>

/**
 * Wraps a consumer with spans: one for each message, in the trace of the message, and one for the batch if it has several
 * messages.
 */
export function traceBatches<Context>(tracer: Tracer, consume: Consume<Context>): Consume<Context> {
  return async (messages, context) => {
    const [first] = messages
    try {
      await tracer.inSharedSpan(
        {
          member: {
            name: `process ${first?.source}`,
            kind: 'consumer',
            attributes: {
              'messaging.system': first?.broker ?? '_OTHER',
              'messaging.destination.name': first?.source ?? '',
              'messaging.operation.name': 'process',
              'messaging.operation.type': 'process',
            },
          },
          batch: { name: `batch ${first?.source}`, attributes: { 'messaging.batch.message_count': messages.length } },
          members: messages.map((message) => ({
            context: readTraceContext(message.headers),
            attributes: attributesOf(message),
          })),
        },
        () => consume(messages, context),
      )
    } finally {
      await tracer.invocationEnded()
    }
  }
}

function attributesOf({ broker, id, position }: ConsumedMessage): SpanAttributes {
  const [partition, offset] = position?.split('-') ?? []
  return {
    ...(id !== undefined && { 'messaging.message.id': id.slice(0, 128) }),
    ...(broker === 'kafka' &&
      partition !== undefined && {
        'messaging.destination.partition.id': partition,
        'messaging.kafka.offset': Number(offset),
      }),
  }
}
