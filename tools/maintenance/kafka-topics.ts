import type { Config } from '@ecommerce/runtime/config'
import type { Admin } from 'kafkajs'
import { withKafkaAdmin } from './kafka-admin'
import { type TopicOffsets, topicOffsets } from './topic-offsets'

export interface PartitionRow extends Readonly<Record<string, string | number>> {
  readonly topic: string
  readonly partition: number
  readonly leader: number | 'none'
  /** The ids of the brokers. */
  readonly replicas: string
  readonly 'in sync': string
  /** Unknown while the partition has no leader. */
  readonly start: number | 'unknown'
  readonly end: number | 'unknown'
}

type Partition = Awaited<ReturnType<Admin['fetchTopicMetadata']>>['topics'][number]['partitions'][number]

/** Lists every partition of every topic, without the internal topics of Kafka. */
export function listPartitions(config: Config): Promise<PartitionRow[]> {
  return withKafkaAdmin(config, async (admin) => {
    const names = (await admin.listTopics()).filter((topic) => !topic.startsWith('__')).sort()
    if (names.length === 0) return []
    const { topics } = await admin.fetchTopicMetadata({ topics: names })
    const rows: PartitionRow[] = []
    for (const { name, partitions } of topics) {
      const offsets = await topicOffsets(admin, name)
      const inOrder = partitions.toSorted((a, b) => a.partitionId - b.partitionId)
      rows.push(...inOrder.map((partition) => toRow(name, partition, offsets)))
    }
    return rows
  })
}

export function toRow(
  topic: string,
  { partitionId, leader, replicas, isr }: Pick<Partition, 'partitionId' | 'leader' | 'replicas' | 'isr'>,
  offsets: TopicOffsets,
): PartitionRow {
  const ends = offsets.find(({ partition }) => partition === partitionId)
  return {
    topic,
    partition: partitionId,
    leader: leader < 0 ? 'none' : leader,
    replicas: replicas.join(','),
    'in sync': isr.length < replicas.length ? `${isr.join(',')} (${isr.length} of ${replicas.length})` : isr.join(','),
    start: ends === undefined ? 'unknown' : Number(ends.low),
    end: ends === undefined ? 'unknown' : Number(ends.high),
  }
}
