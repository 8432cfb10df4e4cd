import { randomUUID } from 'node:crypto'
import { DeadLetterPublisher, DeadLetterService, type DeadMessage } from '@ecommerce/domain'
import { atNoon, FakePublisher } from '@ecommerce/testing'
import { createTopic, kafkaOptions, readTopic } from '@ecommerce/testing/kafka'
import { mysqlOptions } from '@ecommerce/testing/mysql'
import { rabbitMqUrl } from '@ecommerce/testing/rabbitmq'
import { type Channel, connect, type GetMessage, type Options } from 'amqplib'
import { expect, it, onTestFinished, vi } from 'vitest'
import { KafkaPublisher } from './kafka'
import { Database, MysqlDeadLetterStore } from './mysql'
import { RabbitMqPublisher } from './rabbitmq'

const LIMITS = { maxWaiting: 100, publishWithinMs: 5_000 }

it('a Kafka message is dead-lettered, recorded and replayed without a change of any byte', async () => {
  const [origin, dlq] = await Promise.all([openTopic(), openTopic()])
  const service = openService({ kafka: origin.publisher })
  const message = aMessage()

  await new DeadLetterPublisher(dlq.publisher, atNoon).send([
    { message, cause: { code: 'invalid-message', detail: '' } },
  ])
  const [dead] = await dlq.read()
  if (!dead) throw new Error('nothing in the dead letters')
  await service.record([{ broker: 'kafka', source: dlq.topic, ...dead }])
  await replayAll(service, dead.headers['dead-letter-source'])

  expect(await origin.read()).toEqual([
    {
      id: message.id,
      key: 'änn',
      body: message.body,
      headers: { 'message-id': message.id, 'accepted-at-us': '1', 'dead-letter-replay': '1' },
    },
  ])
})

it('a RabbitMQ message is dead-lettered, recorded and replayed without a change of any byte', async () => {
  const [origin, dlq] = await Promise.all([openQueue(), openQueue()])
  const service = openService({ rabbitmq: origin.publisher })
  const message = { ...aMessage(), position: undefined, key: undefined }

  await new DeadLetterPublisher(dlq.publisher, atNoon).send([
    { message, cause: { code: 'invalid-message', detail: '' } },
  ])
  await service.record([{ broker: 'rabbitmq', source: dlq.queue, ...(await dlq.read()) }])
  await replayAll(service, message.source)

  expect(await origin.read()).toEqual({
    id: message.id,
    body: message.body,
    headers: { 'accepted-at-us': '1', 'dead-letter-replay': '1' },
  })
})

it('a message that RabbitMQ dead-letters itself is recorded with the reason', async () => {
  const dlq = await openQueue()
  const origin = await openQueue({ deadLetterExchange: '', deadLetterRoutingKey: dlq.queue, messageTtl: 1 })
  const service = openService({ rabbitmq: new FakePublisher() })
  const { id = '', body } = aMessage()

  await origin.publisher.publish({ id, key: '', body, headers: { 'accepted-at-us': '1' } })
  const dead = await dlq.read()
  await service.record([{ broker: 'rabbitmq', source: dlq.queue, ...dead }])

  const { items } = await service.list({ cause: 'rabbitmq-expired', limit: 100 })
  const letter = await service.get(items.find(({ source }) => source === origin.queue)?.id ?? '')
  expect(letter).toMatchObject({ source: origin.queue, messageId: id, body, status: 'open' })
  expect(letter.headers).toEqual({ 'accepted-at-us': '1' })
})

/** The source is unique, so that the test finds its dead letter. */
function aMessage(): DeadMessage {
  return {
    source: `test-${randomUUID()}`,
    position: '0-17',
    id: randomUUID(),
    key: 'änn',
    headers: { 'accepted-at-us': '1' },
    body: Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  }
}

async function replayAll(service: DeadLetterService, source: string | undefined): Promise<void> {
  const { items } = await service.list({ status: 'open', limit: 100 })
  const letters = items.filter((letter) => letter.source === source)
  expect(letters).toHaveLength(1)
  for (const { id } of letters) await service.replay(id, 'request-1')
}

function openService(origins: Partial<ConstructorParameters<typeof DeadLetterService>[0]['origins']>) {
  const database = new Database(mysqlOptions())
  onTestFinished(() => database.close())
  return new DeadLetterService({
    store: new MysqlDeadLetterStore(database),
    origins: { kafka: new FakePublisher(), rabbitmq: new FakePublisher(), ...origins },
    clock: atNoon,
  })
}

async function openTopic() {
  const topic = await createTopic(1)
  const publisher = new KafkaPublisher(kafkaOptions(), { topic, maxBatch: 10, ...LIMITS })
  onTestFinished(() => publisher.close())
  return {
    topic,
    publisher,
    read: async () =>
      (await readTopic(topic)).map(({ key, value, headers = {} }) => {
        const texts = Object.entries(headers).map(([name, bytes]) => [name, String(bytes)])
        const named: Record<string, string> = Object.fromEntries(texts)
        return { id: named['message-id'], key: key?.toString(), body: value ?? Buffer.alloc(0), headers: named }
      }),
  }
}

/** The queue is deleted with its connection. */
async function openQueue(options: Options.AssertQueue = {}) {
  const connection = await connect(rabbitMqUrl())
  onTestFinished(() => connection.close())
  const channel = await connection.createChannel()
  const { queue } = await channel.assertQueue(`test-${randomUUID()}`, { exclusive: true, ...options })
  const publisher = new RabbitMqPublisher({
    urls: [rabbitMqUrl()],
    exchange: '',
    routingKey: queue,
    type: 'order_placed',
    heartbeatSeconds: 30,
    channels: 1,
    ...LIMITS,
  })
  onTestFinished(() => publisher.close())
  return {
    queue,
    publisher,
    read: async () => {
      const { content, properties } = await vi.waitFor(() => take(channel, queue))
      const texts = Object.entries(properties.headers ?? {}).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ])
      const headers: Record<string, string> = Object.fromEntries(texts)
      return { id: String(properties.messageId), body: content, headers }
    },
  }
}

async function take(channel: Channel, queue: string): Promise<GetMessage> {
  const message = await channel.get(queue, { noAck: true })
  if (message === false) throw new Error(`nothing in ${queue}`)
  return message
}
