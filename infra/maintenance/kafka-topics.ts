import type { Config } from '@ecommerce/runtime/config'
import { withKafkaAdmin } from './kafka-admin'

export interface PartitionRow extends Readonly<Record<string, string | number>> {
  readonly topic: string
  readonly partition: number
  readonly leader: number
  /** The ids of brokers. */
  readonly replicas: string
  readonly 'in sync': string
  readonly start: number
  readonly end: number
}

/** Every partition of every topic, without those that Kafka keeps for itself. */
export function listPartitions(config: Config): Promise<PartitionRow[]> {
  return withKafkaAdmin(config, async (admin) => {
    const names = (await admin.listTopics()).filter((topic) => !topic.startsWith('__')).sort()
    if (names.length === 0) return []
    const { topics } = await admin.fetchTopicMetadata({ topics: names })
    const rows = topics.map(async ({ name, partitions }) => {
      const offsets = await admin.fetchTopicOffsets(name)
      return partitions
        .toSorted((a, b) => a.partitionId - b.partitionId)
        .map(({ partitionId, leader, replicas, isr }) => {
          const ends = offsets.find(({ partition }) => partition === partitionId)
          return {
            topic: name,
            partition: partitionId,
            leader,
            replicas: replicas.join(','),
            'in sync':
              isr.length < replicas.length ? `${isr.join(',')} (${isr.length} of ${replicas.length})` : isr.join(','),
            start: Number(ends?.low ?? 0),
            end: Number(ends?.high ?? 0),
          }
        })
    })
    return (await Promise.all(rows)).flat()
  })
}
