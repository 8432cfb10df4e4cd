import { Kafka, logLevel } from 'kafkajs'

export interface KafkaCheck {
  readonly brokers: string[]
  readonly topics: string[]
  readonly timeoutMs: number
}

/** Resolves when the cluster answers and has the topics; rejects with the reason otherwise, within the timeout. */
export async function checkKafka({ brokers, topics, timeoutMs }: KafkaCheck): Promise<void> {
  const admin = new Kafka({
    brokers,
    clientId: 'ecommerce-readiness',
    connectionTimeout: timeoutMs,
    requestTimeout: timeoutMs,
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
  }).admin()
  try {
    await admin.connect()
    const present = await admin.listTopics()
    const missing = topics.filter((topic) => !present.includes(topic))
    if (missing.length > 0) throw new Error(`topic ${missing.join(', ')} does not exist`)
  } finally {
    await admin.disconnect()
  }
}
