import { randomUUID } from 'node:crypto'
import { type Config, readConfig } from '@ecommerce/runtime/config'
import { commitOffsets, createTopic } from '@ecommerce/testing/kafka'
import { withQueue } from '@ecommerce/testing/rabbitmq'
import { Kafka, logLevel } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { kafkaLag } from './kafka-lag'
import { listPartitions, type PartitionRow } from './kafka-topics'
import { queueDepths } from './queue-depths'
import { resetKafka } from './reset-kafka'
import { resetRabbitMq } from './reset-rabbitmq'

const OPTIONS = { yes: true, deadLetters: false }

/** Creates queues for one test, with these numbers of messages. */
async function withQueues(
  messages: { orders: number; deadLetters: number },
  work: (config: Config) => Promise<void>,
): Promise<void> {
  await withQueue('classic', (orders, sendOrder) =>
    withQueue('classic', async (deadLetters, sendDeadLetter) => {
      for (let sent = 0; sent < messages.orders; sent += 1) await sendOrder('x')
      for (let sent = 0; sent < messages.deadLetters; sent += 1) await sendDeadLetter('x')
      await work({ ...readConfig(), RABBITMQ_QUEUE: orders, RABBITMQ_DLQ: deadLetters })
    }),
  )
}

/** Creates topics for one test. The topic of orders has one record per partition. */
async function createTopics(): Promise<Config> {
  const [orders, deadLetters] = [await createTopic(2), await createTopic(1)]
  const producer = new Kafka({ brokers: readConfig().KAFKA_BROKERS, logLevel: logLevel.NOTHING }).producer()
  await producer.connect()
  await producer.send({ topic: orders, messages: [0, 1].map((partition) => ({ partition, value: 'x' })) })
  await producer.disconnect()
  return { ...readConfig(), KAFKA_TOPIC: orders, KAFKA_DLQ_TOPIC: deadLetters, KAFKA_GROUP_ID: `group-${randomUUID()}` }
}

/** Commits the first record of partition 0 for the group. */
async function commitFirstRecord({ KAFKA_GROUP_ID: groupId, KAFKA_TOPIC: topic }: Config): Promise<void> {
  await commitOffsets(groupId, topic, { 0: 1 })
}

async function partitionsOf(config: Config): Promise<Pick<PartitionRow, 'partition' | 'end'>[]> {
  const rows = await listPartitions(config)
  return rows.filter(({ topic }) => topic === config.KAFKA_TOPIC).map(({ partition, end }) => ({ partition, end }))
}

describe('npm run reset -- rabbitmq', () => {
  it('purges the queue of orders, and keeps the dead letters', async () => {
    await withQueues({ orders: 3, deadLetters: 1 }, async (config) => {
      expect(await resetRabbitMq.plan(config, OPTIONS)).toContain('(3 messages)')
      expect(await resetRabbitMq.run(config, OPTIONS)).toBe(`3 messages purged from queue ${config.RABBITMQ_QUEUE}`)

      expect((await queueDepths(config)).map(({ ready }) => ready)).toEqual([0, 1])
    })
  })

  it('purges the dead letters too with --dead-letters', async () => {
    await withQueues({ orders: 0, deadLetters: 2 }, async (config) => {
      await resetRabbitMq.run(config, { ...OPTIONS, deadLetters: true })

      expect((await queueDepths(config)).map(({ ready }) => ready)).toEqual([0, 0])
    })
  })
})

describe('npm run reset -- kafka', () => {
  it('creates the topic of orders again, with the given number of partitions and without offsets of the group', async () => {
    const config = await createTopics()
    await commitFirstRecord(config)

    expect(await resetKafka.plan(config, OPTIONS)).toContain('(2 partitions, 2 records)')
    await resetKafka.run(config, { ...OPTIONS, partitions: 4 })

    expect(await partitionsOf(config)).toEqual([0, 1, 2, 3].map((partition) => ({ partition, end: 0 })))
    const lag = (await kafkaLag(config)).filter(({ topic }) => topic === config.KAFKA_TOPIC)
    expect(lag.map(({ committed }) => committed)).toEqual(Array(4).fill('nothing'))
  })

  it('creates a missing topic', async () => {
    const missing = `test-${randomUUID()}`
    const config = { ...readConfig(), KAFKA_TOPIC: missing, KAFKA_PARTITIONS: 2 }

    expect(await resetKafka.plan(config, OPTIONS)).toContain(`${missing} (absent)`)
    expect(await resetKafka.run(config, OPTIONS)).toBe(`topic ${missing} is new, with 2 partitions`)

    expect(await partitionsOf(config)).toHaveLength(2)
  })
})

describe('npm run topics', () => {
  it('lists leader, replicas and offsets of every partition, without internal topics', async () => {
    const config = await createTopics()

    const rows = await listPartitions(config)

    expect(rows.filter(({ topic }) => topic === config.KAFKA_TOPIC)).toEqual(
      [0, 1].map((partition) => ({
        topic: config.KAFKA_TOPIC,
        partition,
        leader: expect.any(Number),
        replicas: expect.stringMatching(/^\d+$/),
        'in sync': expect.stringMatching(/^\d+$/),
        start: 0,
        end: 1,
      })),
    )
    expect(rows.filter(({ topic }) => topic.startsWith('__'))).toEqual([])
  })
})

describe('npm run lag', () => {
  it('lists the records that the group has not committed, by partition', async () => {
    const config = await createTopics()
    await commitFirstRecord(config)

    const rows = await kafkaLag(config)

    const { KAFKA_GROUP_ID: group, KAFKA_TOPIC: topic } = config
    expect(rows.slice(0, 2)).toEqual([
      { group, topic, partition: 0, committed: 1, end: 1, lag: 0 },
      { group, topic, partition: 1, committed: 'nothing', end: 1, lag: 1 },
    ])
    expect(rows.slice(2)).toMatchObject([{ topic: config.KAFKA_DLQ_TOPIC, lag: 0 }])
  })
})
