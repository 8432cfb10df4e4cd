import { setTimeout as delay } from 'node:timers/promises'
import type { Config } from '@ecommerce/runtime/config'
import type { Admin } from 'kafkajs'
import type { ResetOptions } from './command-line'
import { withKafkaAdmin } from './kafka-admin'
import { counted, type Reset } from './reset'

/**
 * Consumers look every second whether their topic is still there. In this time each sees that it is not, lets go of
 * what it has of it, and reads the new one from its beginning.
 */
const ABSENT_MS = 2_500
const GONE_WITHIN_MS = 30_000

/** Deletes the topic of orders and creates it anew. The group's offsets go with it; orders are refused meanwhile. */
export const resetKafka: Reset = {
  server: 'kafka',

  async plan(config, options) {
    const topics = topicsOf(config, options)
    const told = await withKafkaAdmin(config, async (admin) => {
      const existing = await admin.listTopics()
      return Promise.all(topics.map(async ({ topic }) => `${topic} (${await contents(admin, existing, topic)})`))
    })
    return `delete and create topic ${told.join(' and ')} of Kafka; /orders/async/kafka answers 503 for some seconds`
  },

  run(config, options) {
    const topics = topicsOf(config, options)
    return withKafkaAdmin(config, async (admin) => {
      await removeTopics(
        admin,
        topics.map(({ topic }) => topic),
      )
      await delay(ABSENT_MS)
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

async function contents(admin: Admin, existing: readonly string[], topic: string): Promise<string> {
  if (!existing.includes(topic)) return 'absent'
  const ends = await admin.fetchTopicOffsets(topic)
  const records = ends.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0)
  return `${counted(ends.length, 'partition')}, ${counted(records, 'record')}`
}

/** Returns when brokers no longer tell of them: before that they cannot be created again. */
async function removeTopics(admin: Admin, topics: readonly string[]): Promise<void> {
  const existing = await admin.listTopics()
  const doomed = topics.filter((topic) => existing.includes(topic))
  if (doomed.length > 0) await admin.deleteTopics({ topics: doomed })
  const deadline = Date.now() + GONE_WITHIN_MS
  for (
    let left = doomed;
    left.length > 0;
    left = (await admin.listTopics()).filter((topic) => doomed.includes(topic))
  ) {
    if (Date.now() > deadline)
      throw new Error(`Kafka has not deleted ${left.join(', ')} within ${GONE_WITHIN_MS / 1_000} s`)
    await delay(100)
  }
}
