import {
  DeadLetterPublisher,
  DeadLetterService,
  type DeadMessage,
  type OutgoingMessage,
  orderPlaced,
} from '@ecommerce/domain'
import { kafkaMessages, rabbitMqMessages } from '@ecommerce/runtime'
import {
  anAcceptedOrder,
  atNoon,
  FakeDeadLetterStore,
  FakePublisher,
  kafkaEvent,
  NOON,
  rabbitMqEvent,
} from '@ecommerce/testing'
import { describe, expect, it } from 'vitest'

const CAUSE = { code: 'invalid-message', detail: 'nichts für uns 💡' }

/** How the messages of a topic or queue arrive at a consumer. */
const BROKERS = [
  {
    broker: 'kafka' as const,
    arriving: (messages: OutgoingMessage[], topic: string) => kafkaMessages(kafkaEvent(messages, { topic, offset: 7 })),
  },
  {
    broker: 'rabbitmq' as const,
    arriving: (messages: OutgoingMessage[], queue: string) => rabbitMqMessages(rabbitMqEvent(messages, queue)),
  },
]

describe.each(BROKERS)('a message that fails in $broker', ({ broker, arriving }) => {
  function setUp() {
    const dlq = new FakePublisher()
    const origins = { kafka: new FakePublisher(), rabbitmq: new FakePublisher() }
    const store = new FakeDeadLetterStore()
    const publisher = new DeadLetterPublisher(dlq, atNoon)
    const service = new DeadLetterService({ store, origins, clock: atNoon })
    return {
      service,
      origin: origins[broker],
      letters: () => [...store.letters.values()],
      /** Dead-letters the messages, and records them. */
      async fail(messages: readonly DeadMessage[]): Promise<void> {
        await publisher.send(messages.map((message) => ({ message, cause: CAUSE })))
        await service.record(arriving(dlq.published.splice(0), 'orders.dlq'))
      },
    }
  }

  const placed = orderPlaced(anAcceptedOrder({ id: 'order-1', userId: 'änn', channel: broker }))

  it.each([
    { what: 'an order', message: placed },
    { what: 'bytes', message: { ...placed, body: Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)) } },
    { what: 'nothing', message: { ...placed, body: Buffer.alloc(0) } },
  ])('is replayed unchanged when it is $what', async ({ message }) => {
    const { service, origin, letters, fail } = setUp()
    await fail(arriving([message], 'orders'))

    const [letter] = letters()
    await service.replay(letter?.id ?? '', 'request-1')

    expect(origin.published).toEqual([
      {
        id: 'order-1',
        key: broker === 'kafka' ? 'änn' : '',
        body: Buffer.from(message.body),
        headers: { ...message.headers, 'dead-letter-replay': '1' },
      },
    ])
  })

  it('is recorded with its source and its cause', async () => {
    const { letters, fail } = setUp()

    await fail(arriving([placed], 'orders'))

    expect(letters()).toEqual([
      expect.objectContaining({
        broker,
        source: 'orders',
        position: broker === 'kafka' ? '0-7' : undefined,
        messageId: 'order-1',
        headers: placed.headers,
        cause: CAUSE,
        lastFailedAt: NOON,
      }),
    ])
  })

  it('is the same dead letter when its replay fails, and counts the failures', async () => {
    const { service, origin, letters, fail } = setUp()
    await fail(arriving([placed], 'orders'))
    await service.replay(letters()[0]?.id ?? '', 'request-1')

    await fail(arriving(origin.published.splice(0), 'orders'))
    await service.replay(letters()[0]?.id ?? '', 'request-2')

    expect(letters()).toMatchObject([
      { status: 'replayed', failures: 2, headers: placed.headers, actions: [{ by: 'request-1' }, { by: 'request-2' }] },
    ])
    expect(origin.published).toMatchObject([{ headers: { 'dead-letter-replay': '2' } }])
  })
})

it('a message that RabbitMQ has dead-lettered is recorded with the reason, and replayed without it', async () => {
  const event = rabbitMqEvent([orderPlaced(anAcceptedOrder({ id: 'order-1' }))], 'orders.dlq')
  const [record] = event.rmqMessagesByQueue['orders.dlq::/'] ?? []
  if (!record) throw new Error('no message')
  const text = (value: string) => ({ bytes: [...Buffer.from(value)] })
  const own = record.basicProperties.headers
  record.basicProperties.headers = {
    ...own,
    'x-death': [{ count: 1, reason: text('expired'), queue: text('orders'), time: 'Jan 1, 2026, 12:00:00 PM' }],
    'x-first-death-exchange': text('orders'),
    'x-first-death-queue': text('orders'),
    'x-first-death-reason': text('expired'),
  }
  const origins = { kafka: new FakePublisher(), rabbitmq: new FakePublisher() }
  const store = new FakeDeadLetterStore()
  const service = new DeadLetterService({ store, origins, clock: atNoon })

  await service.record(rabbitMqMessages(event))
  const [letter] = store.letters.values()
  await service.replay(letter?.id ?? '', 'request-1')

  expect(letter).toMatchObject({ source: 'orders', cause: { code: 'rabbitmq-expired' }, messageId: 'order-1' })
  expect(origins.rabbitmq.published).toMatchObject([{ id: 'order-1', body: Buffer.from(record.data, 'base64') }])
  expect(Object.keys(origins.rabbitmq.published[0]?.headers ?? {}).sort()).toEqual([
    'accepted-at-us',
    'dead-letter-replay',
  ])
})
