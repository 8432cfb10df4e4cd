import { setTimeout as delay } from 'node:timers/promises'
import type { Config } from '@ecommerce/runtime/config'
import type { Admin } from 'kafkajs'
import type { ResetOptions } from './command-line'
import { withKafkaAdmin } from './kafka-admin'
import { counted, type Reset } from './reset'

/**
 * Consumers check every second whether their topic exists. Within this time, each consumer notices the deletion, and
 * then reads the new topic from its beginning.
 */
const PAUSE_MS = 2_500
const DELETED_WITHIN_MS = 30_000

/** Deletes the topic of orders, with the offsets of its group, and creates it again. Meanwhile, orders are refused. */
export const resetKafka: Reset = {
  server: 'kafka',

  async plan(config, options) {
    const topics = topicsOf(config, options)
    const descriptions = await withKafkaAdmin(config, async (admin) => {
      const existing = await admin.listTopics()
      return Promise.all(topics.map(async ({ topic }) => `${topic} (${await describe(admin, existing, topic)})`))
    })
    return `delete and create topic ${descriptions.join(' and ')} of Kafka; /orders/async/kafka responds with 503 for some seconds`
  },

  run(config, options) {
    const topics = topicsOf(config, options)
    return withKafkaAdmin(config, async (admin) => {
      await removeTopics(
        admin,
        topics.map(({ topic }) => topic),
      )
      await delay(PAUSE_MS)
      await admin.createTopics({ topics, waitForLeaders: true })
      return topics
        .map(({ topic, numPartitions }) => `topic ${topic} is new, with ${counted(numPartitions, 'partition')}`)
        .join(', ')
    })
  },
}

function topicsOf(config: Config, { deadLetters, partitions = config.KAFKA_PARTITIONS }: ResetOptions) {
  const replicationFactor = config.KAFKA_REPLICATION
  return [
    { topic: config.KAFKA_TOPIC, numPartitions: partitions, replicationFactor },
    ...(deadLetters
      ? [{ topic: config.KAFKA_DLQ_TOPIC, numPartitions: config.KAFKA_PARTITIONS, replicationFactor }]
      : []),
  ]
}

async function describe(admin: Admin, existing: readonly string[], topic: string): Promise<string> {
  if (!existing.includes(topic)) return 'absent'
  const ends = await admin.fetchTopicOffsets(topic)
  const records = ends.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0)
  return `${counted(ends.length, 'partition')}, ${counted(records, 'record')}`
}

/** Resolves when the brokers do not list the topics any more. Before that, they cannot be created again. */
async function removeTopics(admin: Admin, topics: readonly string[]): Promise<void> {
  const existing = await admin.listTopics()
  const toDelete = topics.filter((topic) => existing.includes(topic))
  if (toDelete.length > 0) await admin.deleteTopics({ topics: toDelete })
  const deadline = Date.now() + DELETED_WITHIN_MS
  for (
    let left = toDelete;
    left.length > 0;
    left = (await admin.listTopics()).filter((topic) => toDelete.includes(topic))
  ) {
    if (Date.now() > deadline)
      throw new Error(`Kafka has not deleted ${left.join(', ')} within ${DELETED_WITHIN_MS / 1_000} s`)
    await delay(100)
  }
}
