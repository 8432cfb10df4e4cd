import type { Config } from '@ecommerce/runtime/config'
import { Kafka, logLevel } from 'kafkajs'

const TOPIC = 'ecommerce-bench-events'

/** Runs the work with a separate topic for all events, so that no consumer receives them, and deletes it after that. */
export async function withBenchTopic<Result>(
  config: Config,
  work: (config: Config) => Promise<Result>,
): Promise<Result> {
  const admin = new Kafka({ brokers: config.KAFKA_BROKERS, logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: config.KAFKA_PARTITIONS }], waitForLeaders: true })
  try {
    return await work({ ...config, KAFKA_PRODUCT_EVENTS_TOPIC: TOPIC, KAFKA_ORDER_EVENTS_TOPIC: TOPIC })
  } finally {
    await admin.deleteTopics({ topics: [TOPIC] })
    await admin.disconnect()
  }
}
