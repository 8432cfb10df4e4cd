import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type DomainEvent, OutboxRelay } from '@ecommerce/domain'
import { anEvent } from '@ecommerce/testing/conformance'
import { createTopic, kafkaOptions, type ReadMessage, readTopic } from '@ecommerce/testing/kafka'
import { mysqlOptions } from '@ecommerce/testing/mysql'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { KafkaEventPublisher, KafkaProducer } from './kafka'
import { Database, MysqlOutboxStore } from './mysql'
import { recordEvents } from './mysql/outbox'

const toClose: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

let database: Database
let topics: { product: string; order: string }
beforeEach(async () => {
  database = openDatabase()
  await database.read((session) => session.write('DELETE FROM outbox'))
  topics = { product: await createTopic(), order: await createTopic() }
})

function openDatabase(onCommitted?: () => void): Database {
  const opened = new Database({ ...mysqlOptions(), ...(onCommitted && { onCommitted }) })
  toClose.push(() => opened.close())
  return opened
}

/** A relay with its own connections, as in another process. */
function openRelay(options: { batchSize?: number; database?: Database } = {}): OutboxRelay {
  const producer = new KafkaProducer(kafkaOptions())
  const clock = () => new Date()
  const relay = new OutboxRelay(
    {
      store: new MysqlOutboxStore(options.database ?? openDatabase(), clock),
      publisher: new KafkaEventPublisher(producer, topics),
      clock,
      isSaturated: () => false,
      pause: (ms) => delay(ms),
      onFailure: (error) => {
        throw error
      },
    },
    { batchSize: options.batchSize ?? 500, intervalMs: 10, saturatedIntervalMs: 10 },
  )
  toClose.push(
    () => producer.close(),
    () => relay.stop(),
  )
  return relay
}

const record = (events: readonly DomainEvent[], into = database) =>
  into.transaction(async (session) => recordEvents(session, events))

const bodyOf = ({ value }: ReadMessage) => JSON.parse(String(value))

it('an event arrives in the topic of its aggregate, with its key, headers and body', async () => {
  const at = new Date('2026-03-04T05:06:07.089Z')
  const order = anEvent({
    type: 'order_confirmed',
    aggregate: 'order',
    aggregateId: 'order-1',
    at,
    data: { a: '"💡"' },
  })
  await record([anEvent({ aggregateId: '7', at, data: { id: 7, stock: 1.5 } }), order])

  await openRelay().sweep(30_000)

  const sent = (await readTopic(topics.order)).at(0) ?? expect.fail('nothing arrived')
  const { id, ...body } = bodyOf(sent)
  expect(id).toMatch(/^\d+$/)
  expect(body).toEqual({
    type: 'order_confirmed',
    version: 1,
    aggregate: 'order',
    aggregate_id: 'order-1',
    at: '2026-03-04T05:06:07.089Z',
    data: { a: '"💡"' },
  })
  expect(String(sent.key)).toBe('order-1')
  const headers = Object.fromEntries(Object.entries(sent.headers ?? {}).map(([name, value]) => [name, String(value)]))
  expect(headers).toEqual({
    'event-id': id,
    'event-type': 'order_confirmed',
    'event-version': '1',
    'event-at': '2026-03-04T05:06:07.089Z',
  })
  expect((await readTopic(topics.product)).map(bodyOf)).toMatchObject([
    { aggregate_id: '7', data: { id: 7, stock: 1.5 } },
  ])
})

it('two concurrent relays publish each of 5,000 events once, and the events of a product in order', async () => {
  const products = 40
  for (let step = 0; step < 125; step++) {
    await record(Array.from({ length: products }, (_, id) => anEvent({ aggregateId: String(id), data: { step } })))
  }

  const relayed = await Promise.all([openRelay(), openRelay()].map((relay) => relay.sweep(60_000)))

  expect(relayed.reduce((sum, count) => sum + count, 0)).toBe(5_000)
  expectInOrder(await readTopic(topics.product), products, 125)
})

it('the events of commits in several processes are published in order without a sweep', async () => {
  const products = 12
  const processes = [0, 1, 2].map((): Database => {
    const opened: Database = openDatabase(() => relay.kick())
    const relay = openRelay({ database: opened, batchSize: 20 })
    return opened
  })
  await Promise.all(
    Array.from({ length: products }, async (_, id) => {
      for (let step = 0; step < 50; step++) {
        const into = processes[(id + step) % processes.length]
        await record([anEvent({ aggregateId: String(id), data: { step } })], into)
      }
    }),
  )

  const depth = () => new MysqlOutboxStore(database, () => new Date()).depth()
  await expect.poll(depth, { timeout: 30_000 }).toEqual({ pending: 0, oldestAgeMs: 0 })

  expectInOrder(await readTopic(topics.product), products, 50)
})

it('events that are too large for one request are published one after another', async () => {
  // Random data, because it does not compress: the limit applies to the compressed size.
  const steps = [0, 1, 2, 3, 4, 5]
  await record(steps.map((step) => anEvent({ data: { step, text: randomBytes(150_000).toString('hex') } })))

  expect(await openRelay().sweep(30_000)).toBe(6)

  expect((await readTopic(topics.product)).map((message) => bodyOf(message).data.step)).toEqual(steps)
})

/** Each event occurs once, and the events of a product are in order. */
function expectInOrder(messages: readonly ReadMessage[], products: number, steps: number): void {
  const bodies = messages.map(bodyOf)
  expect(new Set(bodies.map(({ id }) => id)).size).toBe(products * steps)
  expect(bodies).toHaveLength(products * steps)
  for (let product = 0; product < products; product++) {
    const seen = bodies.filter(({ aggregate_id }) => aggregate_id === String(product)).map(({ data }) => data.step)
    expect(seen).toEqual(Array.from({ length: steps }, (_, step) => step))
  }
}
