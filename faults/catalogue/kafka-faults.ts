import { setTimeout as delay } from 'node:timers/promises'
import type { Config } from '@ecommerce/runtime/config'
import { type Admin, Kafka, logLevel } from 'kafkajs'
import { declareKafkaTopics } from '../../infra/topology/declare-topology'
import type { Fault } from './fault'

async function withAdmin({ KAFKA_BROKERS }: Config, act: (admin: Admin) => Promise<unknown>): Promise<void> {
  const kafka = new Kafka({ clientId: 'faults', brokers: [...KAFKA_BROKERS], logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  try {
    await act(admin)
  } finally {
    await admin.disconnect()
  }
}

/** Enough for some hundred orders that nobody has consumed. */
const BACKLOG_GROWS_FOR_MS = 3_000

export const KAFKA_FAULTS: readonly Fault[] = [
  {
    id: 'kafka:partitions-added',
    target: 'kafka',
    title: 'the topic of orders gets more partitions',
    begin: ({ servers: { config } }) =>
      withAdmin(config, async (admin) => {
        const { topics } = await admin.fetchTopicMetadata({ topics: [config.KAFKA_TOPIC] })
        const count = (topics[0]?.partitions.length ?? config.KAFKA_PARTITIONS) + 3
        await admin.createPartitions({ topicPartitions: [{ topic: config.KAFKA_TOPIC, count }] })
      }),
    // Partitions cannot be removed.
    end: async () => undefined,
  },
  {
    id: 'kafka:offsets-reset',
    target: 'kafka',
    title: 'the shop is stopped, the offsets of its group are set to the start of the topic, and the shop starts',
    seconds: 1,
    allows: ['no-connection'],
    async begin({ servers: { config }, shop }) {
      await shop.stop()
      await withAdmin(config, (admin) => resetOffsets(admin, config))
    },
    end: ({ shop }) => shop.startAgain(),
  },
  {
    id: 'kafka:records-deleted',
    target: 'kafka',
    title: 'retention removes orders that are not consumed yet, because MySQL has been frozen',
    seconds: 1,
    allows: ['destroys-orders'],
    async begin({ servers }) {
      await servers.freeze('mysql')
      await delay(BACKLOG_GROWS_FOR_MS)
      await withAdmin(servers.config, (admin) => deleteRecords(admin, servers.config))
    },
    end: ({ servers }) => servers.thaw('mysql'),
  },
  {
    id: 'kafka:topic-deleted',
    target: 'kafka',
    title: 'the topic of orders is deleted with its records, and created again',
    allows: ['destroys-orders'],
    begin: ({ servers: { config } }) =>
      withAdmin(config, (admin) => admin.deleteTopics({ topics: [config.KAFKA_TOPIC], timeout: 10_000 })),
    end: ({ servers }) => declareKafkaTopics(servers.config),
  },
]

/** The broker accepts it only when the group has no members any more. */
async function resetOffsets(admin: Admin, { KAFKA_GROUP_ID, KAFKA_TOPIC }: Config): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await admin.resetOffsets({ groupId: KAFKA_GROUP_ID, topic: KAFKA_TOPIC, earliest: true })
      return
    } catch (error) {
      if (attempt === 30) throw error
      await delay(500)
    }
  }
}

async function deleteRecords(admin: Admin, { KAFKA_TOPIC }: Config): Promise<void> {
  const partitions = (await admin.fetchTopicOffsets(KAFKA_TOPIC)).map(({ partition, high }) => ({
    partition,
    offset: high,
  }))
  await admin.deleteTopicRecords({ topic: KAFKA_TOPIC, partitions })
}
