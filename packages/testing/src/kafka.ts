import { randomUUID } from 'node:crypto'
import { readConfig } from '@ecommerce/runtime/config'
import { Kafka, type KafkaMessage, logLevel } from 'kafkajs'
import { registerSnappyCodec } from 'kafkajs-snappy-codec'

export type ReadMessage = KafkaMessage & { readonly partition: number }

/** How integration tests reach the Kafka that the test run brought up, in the form the adapters take. */
export function kafkaOptions() {
  const config = readConfig()
  return {
    brokers: config.KAFKA_BROKERS,
    clientId: 'tests',
    retries: config.KAFKA_PRODUCER_RETRIES,
    requestTimeoutMs: config.PUBLISH_WITHIN_MS,
  }
}

/** A topic of a test's own. */
export async function createTopic(numPartitions = 3): Promise<string> {
  const topic = `test-${randomUUID()}`
  await withAdmin((admin) => admin.createTopics({ topics: [{ topic, numPartitions }], waitForLeaders: true }))
  return topic
}

/** All that is in a topic now, each partition in its order. */
export async function readTopic(topic: string): Promise<ReadMessage[]> {
  const ends = (await withAdmin((admin) => admin.fetchTopicOffsets(topic))).filter(({ low, high }) => low !== high)
  const open = new Map(ends.map(({ partition, high }) => [partition, Number(high) - 1]))
  const messages: ReadMessage[] = []
  if (open.size === 0) return messages

  registerSnappyCodec()
  const consumer = newClient().consumer({ groupId: `test-${randomUUID()}` })
  await consumer.connect()
  try {
    await consumer.subscribe({ topic, fromBeginning: true })
    await new Promise<void>((resolve, reject) => {
      // It restarts by itself after what passes: a new broker is still making its topic of offsets, say.
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        if (!payload.restart) reject(payload.error)
      })
      const eachMessage = async ({ partition, message }: { partition: number; message: KafkaMessage }) => {
        messages.push({ ...message, partition })
        if (Number(message.offset) >= (open.get(partition) ?? 0)) open.delete(partition)
        if (open.size === 0) resolve()
      }
      consumer.run({ eachMessage }).catch(reject)
    })
  } finally {
    await consumer.disconnect()
  }
  return messages
}

function newClient(): Kafka {
  return new Kafka({ brokers: kafkaOptions().brokers, logLevel: logLevel.NOTHING })
}

export async function withAdmin<Result>(work: (admin: ReturnType<Kafka['admin']>) => Promise<Result>): Promise<Result> {
  const admin = newClient().admin()
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}
