import { randomUUID } from 'node:crypto'
import { withAdmin as withAdminClient } from '@ecommerce/adapters/kafka'
import { readConfig } from '@ecommerce/runtime/config'
import { type Admin, Kafka, type KafkaMessage, logLevel } from 'kafkajs'
import { registerSnappyCodec } from 'kafkajs-snappy-codec'

export type ReadMessage = KafkaMessage & { readonly partition: number }

/** The Kafka of the test run, in the form that the adapters take. */
export function kafkaOptions() {
  const config = readConfig()
  return {
    brokers: config.KAFKA_BROKERS,
    clientId: 'tests',
    retries: config.KAFKA_PRODUCER_RETRIES,
    requestTimeoutMs: config.PUBLISH_WITHIN_MS,
  }
}

/** Creates a topic for one test alone. */
export async function createTopic(numPartitions = 3): Promise<string> {
  const topic = `test-${randomUUID()}`
  await withAdmin((admin) => admin.createTopics({ topics: [{ topic, numPartitions }], waitForLeaders: true }))
  return topic
}

/** A consumer with the default waits up to 5 s for records when it is closed: its fetch in flight must end first. */
const SHORT_FETCH = { maxWaitTimeInMs: 100 }

/**
 * Commits the next offset of each partition for a group that has no member. The admin client of kafkajs does the same, with
 * a consumer that fetches for 5 s.
 */
export async function commitOffsets(
  groupId: string,
  topic: string,
  next: Readonly<Record<number, number>>,
): Promise<void> {
  const consumer = newClient().consumer({ groupId, ...SHORT_FETCH })
  await consumer.connect()
  try {
    await consumer.subscribe({ topic })
    const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve))
    await consumer.run({ autoCommit: false, eachMessage: async () => {} })
    await joined
    const offsets = Object.entries(next).map(([partition, offset]) => ({ partition: Number(partition), offset }))
    await consumer.commitOffsets(offsets.map(({ partition, offset }) => ({ topic, partition, offset: String(offset) })))
  } finally {
    await consumer.disconnect()
  }
}

/** Reads all records that are in a topic now. Records of one partition keep their order. */
export async function readTopic(topic: string): Promise<ReadMessage[]> {
  const ends = (await withAdmin((admin) => admin.fetchTopicOffsets(topic))).filter(({ low, high }) => low !== high)
  const open = new Map(ends.map(({ partition, high }) => [partition, Number(high) - 1]))
  const messages: ReadMessage[] = []
  if (open.size === 0) return messages

  registerSnappyCodec()
  const consumer = newClient().consumer({ groupId: `test-${randomUUID()}`, ...SHORT_FETCH })
  await consumer.connect()
  try {
    await consumer.subscribe({ topic, fromBeginning: true })
    await new Promise<void>((resolve, reject) => {
      // The consumer restarts by itself after a temporary error, such as a new broker without its topic of offsets.
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

export function withAdmin<Result>(work: (admin: Admin) => Promise<Result>): Promise<Result> {
  return withAdminClient(newClient().admin(), work)
}
