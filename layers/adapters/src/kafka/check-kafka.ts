import { queryAnyBroker } from './query-any-broker'

export interface KafkaCheck {
  readonly brokers: string[]
  readonly topics: string[]
  readonly timeoutMs: number
}

/** Resolves when the cluster responds and has the topics; rejects with the reason otherwise, within the timeout. */
export async function checkKafka({ brokers, topics, timeoutMs }: KafkaCheck): Promise<void> {
  await queryAnyBroker({ brokers, clientId: 'ecommerce-readiness', timeoutMs }, async (admin) => {
    const present = await admin.listTopics()
    const missing = topics.filter((topic) => !present.includes(topic))
    if (missing.length > 0) throw new Error(`topic ${missing.join(', ')} does not exist`)
  })
}
