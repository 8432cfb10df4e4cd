import type { OutgoingMessage } from '@ecommerce/domain'
import type { SelfManagedKafkaEvent } from 'aws-lambda'

export interface KafkaEventOptions {
  readonly topic: string
  readonly offset?: number
}

/** The event that Lambda sends for messages that our publisher has sent to one partition of a Kafka topic. */
export function kafkaEvent(
  messages: readonly OutgoingMessage[],
  { topic, offset = 0 }: KafkaEventOptions,
): SelfManagedKafkaEvent {
  const records = messages.map(({ id, key, body, headers }, index) => ({
    topic,
    partition: 0,
    offset: offset + index,
    timestamp: 1_767_268_800_000,
    timestampType: 'CREATE_TIME' as const,
    key: Buffer.from(key).toString('base64'),
    value: Buffer.from(body).toString('base64'),
    headers: Object.entries({ 'message-id': id, ...headers }).map(([name, value]) => ({ [name]: signedBytes(value) })),
  }))
  return { eventSource: 'SelfManagedKafka', bootstrapServers: 'localhost:9092', records: { [`${topic}-0`]: records } }
}

/** The event that Lambda sends for messages that our publisher has sent to a RabbitMQ queue. */
export function rabbitMqEvent(messages: readonly OutgoingMessage[], queue: string) {
  const records = messages.map(({ id, body, headers }) => ({
    basicProperties: {
      contentType: 'application/json',
      contentEncoding: null,
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]): [string, unknown] => [name, { bytes: signedBytes(value) }]),
      ),
      deliveryMode: 2,
      priority: null,
      correlationId: null,
      replyTo: null,
      expiration: null,
      messageId: id,
      timestamp: null,
      type: 'order_placed',
      userId: null,
      appId: null,
      clusterId: null,
      bodySize: Buffer.byteLength(body),
    },
    redelivered: false,
    data: Buffer.from(body).toString('base64'),
  }))
  return {
    eventSource: 'aws:rmq' as const,
    eventSourceArn: 'arn:aws:mq:eu-central-1:123456789012:broker:local:b-1',
    rmqMessagesByQueue: { [`${queue}::/`]: records },
  }
}

/** Signed bytes from -128 to 127, as Java writes them. */
function signedBytes(text: string): number[] {
  return [...new Int8Array(Buffer.from(text))]
}
