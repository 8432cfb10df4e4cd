import type { Config } from '@ecommerce/runtime/config'
import { Kafka, logLevel } from 'kafkajs'

const TOPIC = 'ecommerce-bench-events'

/** A topic of the benchmarks' own for all events, so that theirs reach no consumer; deleted when the work is done. */
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
