import kafkajs, { type Admin } from 'kafkajs'
import type { ServerDescription } from '../server-description'
import { queryAnyBroker } from './query-any-broker'

export interface KafkaDescriptionOptions {
  readonly brokers: string[]
  readonly topic: string
  readonly timeoutMs: number
}

/** The settings of `KafkaProducer`. */
const PRODUCER_DURABILITY = { acks: 'all', 'enable.idempotence': 'true' }

/**
 * Reads the number of copies of a message, and how many of them are needed to confirm it. Leaves the version out,
 * because Kafka's protocol does not report it. Rejects when the cluster does not respond, or has no such topic.
 */
export async function describeKafka(options: KafkaDescriptionOptions): Promise<ServerDescription> {
  const { brokers, topic, timeoutMs } = options
  return queryAnyBroker({ brokers, clientId: 'ecommerce-about', timeoutMs }, async (admin) => {
    const [copies, inSyncCopies] = await Promise.all([
      replicationFactorOf(admin, topic),
      settingOf(admin, topic, 'min.insync.replicas'),
    ])
    const durability = { ...PRODUCER_DURABILITY, 'replication.factor': copies, 'min.insync.replicas': inSyncCopies }
    return { durability }
  })
}

/** The lowest of all partitions: after a reassignment they may differ. */
async function replicationFactorOf(admin: Admin, topic: string): Promise<string> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
  const copies = topics.flatMap(({ partitions }) => partitions.map(({ replicas }) => replicas.length))
  return String(Math.min(...copies))
}

async function settingOf(admin: Admin, topic: string, configName: string): Promise<string> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: [configName] }],
  })
  return resources[0]?.configEntries[0]?.configValue ?? 'unknown'
}
