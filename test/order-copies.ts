import { readConfig } from '@ecommerce/runtime/config'
import { readTopic } from '@ecommerce/testing/kafka'
import { type ChannelModel, connect, type Message } from 'amqplib'
import { afterAll, beforeAll, expect } from 'vitest'

type Headers = Readonly<Record<string, string>>

/** Reads the messages of the brokers, in addition to the consumers of the shop: the headers of a message, by order id. */
export function useOrderCopies(): Readonly<Record<'kafka' | 'rabbitmq', (id: string) => Promise<Headers>>> {
  const { KAFKA_TOPIC, RABBITMQ_URL, RABBITMQ_EXCHANGE, RABBITMQ_ROUTING_KEY } = readConfig()
  const copies = new Map<string, Message>()
  let connection: ChannelModel | undefined
  beforeAll(async () => {
    connection = await connect(RABBITMQ_URL[0])
    const channel = await connection.createChannel()
    const { queue } = await channel.assertQueue('', { exclusive: true })
    await channel.bindQueue(queue, RABBITMQ_EXCHANGE, RABBITMQ_ROUTING_KEY)
    const keep = (message: Message | null) => message && copies.set(String(message.properties.messageId), message)
    await channel.consume(queue, keep, { noAck: true })
  })
  afterAll(() => connection?.close())
  return {
    kafka: async (id) => {
      const messages = await readTopic(KAFKA_TOPIC)
      return toText(messages.find(({ headers }) => String(headers?.['message-id']) === id)?.headers)
    },
    rabbitmq: async (id) => {
      await expect.poll(() => copies.has(id), { timeout: 10_000 }).toBe(true)
      return toText(copies.get(id)?.properties.headers)
    },
  }
}

function toText(headers: object = {}): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}
