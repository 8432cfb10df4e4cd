import { randomUUID } from 'node:crypto'
import { type OutgoingMessage, UnavailableError } from '@ecommerce/domain'
import { rabbitMqUrl } from '@ecommerce/testing/rabbitmq'
import { type Channel, connect } from 'amqplib'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { RabbitMqPublisher } from './rabbitmq-publisher'

const ROUTING_KEY = 'order.placed'

let channel: Channel
let close: () => Promise<void>

beforeAll(async () => {
  const connection = await connect(rabbitMqUrl())
  channel = await connection.createChannel()
  close = () => connection.close()
})
afterAll(() => close())

function aMessage(id: string): OutgoingMessage {
  return { id, key: 'ada', body: JSON.stringify({ id }), headers: { 'accepted-at-us': '1' } }
}

function openPublisher(exchange: string, publishWithinMs = 5_000): RabbitMqPublisher {
  const publisher = new RabbitMqPublisher({
    urls: [rabbitMqUrl()],
    exchange,
    routingKey: ROUTING_KEY,
    type: 'order_placed',
    heartbeatSeconds: 30,
    channels: 2,
    maxWaiting: 10_000,
    publishWithinMs,
  })
  onTestFinished(() => publisher.close())
  return publisher
}

async function declareExchange(name: string): Promise<void> {
  await channel.assertExchange(name, 'topic', { durable: true })
  onTestFinished(async () => {
    await channel.deleteExchange(name)
  })
}

async function bindQueue(exchange: string): Promise<string> {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await channel.bindQueue(queue, exchange, ROUTING_KEY)
  return queue
}

describe('a publisher to RabbitMQ', () => {
  it('resolves when each of many messages is in the queue, persistent and with its id', async () => {
    const exchange = randomUUID()
    await declareExchange(exchange)
    const queue = await bindQueue(exchange)
    const publisher = openPublisher(exchange)
    const ids = Array.from({ length: 1_200 }, (_, index) => `message ${index}`)

    await Promise.all(ids.map((id) => publisher.publish(aMessage(id))))

    const found = new Set<string>()
    for (let message = await channel.get(queue); message; message = await channel.get(queue)) {
      expect(message.properties).toMatchObject({
        deliveryMode: 2,
        type: 'order_placed',
        contentType: 'application/json',
      })
      expect(message.content.toString()).toBe(JSON.stringify({ id: message.properties.messageId }))
      found.add(message.properties.messageId)
    }
    expect(found).toEqual(new Set(ids))
  })

  it('fails every message while no queue is bound, and works when there is one', async () => {
    const exchange = randomUUID()
    await declareExchange(exchange)
    const publisher = openPublisher(exchange)

    const refused = await Promise.allSettled(['a', 'b', 'c', 'd'].map((id) => publisher.publish(aMessage(id))))

    for (const outcome of refused) {
      expect(outcome).toHaveProperty('reason', expect.any(UnavailableError))
      expect(outcome).toHaveProperty('reason.cause.message', `no queue is bound to ${exchange} with ${ROUTING_KEY}`)
    }
    const queue = await bindQueue(exchange)
    await publisher.publish(aMessage('e'))
    expect(await channel.checkQueue(queue)).toMatchObject({ messageCount: 1 })
  })

  it('fails while the exchange is missing, and works when it exists', async () => {
    const exchange = randomUUID()
    const publisher = openPublisher(exchange)

    for (const id of ['a', 'b', 'c']) await expect(publisher.publish(aMessage(id))).rejects.toThrow(UnavailableError)

    await declareExchange(exchange)
    const queue = await bindQueue(exchange)
    await expect.poll(() => publisher.publish(aMessage('d')).then(() => 'published', String)).toBe('published')
    expect(await channel.checkQueue(queue)).toMatchObject({ messageCount: 1 })
  })
})
