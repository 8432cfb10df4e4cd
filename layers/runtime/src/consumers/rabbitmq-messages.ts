import type { ConsumedMessage } from './consumed-message'

/** The event of Amazon MQ for RabbitMQ, as far as it is read here. @types/aws-lambda has no type for it. */
export interface RabbitMqEvent {
  readonly eventSource: 'aws:rmq'
  readonly eventSourceArn: string
  /** The messages by `queue::vhost`. */
  readonly rmqMessagesByQueue: Readonly<Record<string, readonly RabbitMqRecord[]>>
}

interface RabbitMqRecord {
  readonly basicProperties: {
    readonly messageId: string | null
    readonly headers: Readonly<Record<string, unknown>> | null
  }
  readonly redelivered: boolean
  readonly data: string
}

/** The messages of a RabbitMQ event, in the order of the queue. */
export function rabbitMqMessages(event: RabbitMqEvent): ConsumedMessage[] {
  return Object.entries(event.rmqMessagesByQueue).flatMap(([name, records]) => {
    const source = name.slice(0, name.lastIndexOf('::'))
    return records.map((record) => toMessage(source, record))
  })
}

function toMessage(source: string, { basicProperties, redelivered, data }: RabbitMqRecord): ConsumedMessage {
  const headers = Object.entries(basicProperties.headers ?? {}).map(([name, value]) => [name, toText(value)])
  return {
    broker: 'rabbitmq',
    source,
    redelivered,
    id: basicProperties.messageId ?? undefined,
    headers: Object.fromEntries(headers),
    body: Buffer.from(data, 'base64'),
  }
}

/** A text header arrives as `{bytes}` and a number as a number. Tables and arrays become JSON. */
function toText(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'bytes' in value && Array.isArray(value.bytes)) {
    return Buffer.from(value.bytes).toString()
  }
  return typeof value === 'string' ? value : JSON.stringify(value)
}
