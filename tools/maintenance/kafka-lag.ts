import { consumedTopics, lagBehind, NOTHING_COMMITTED } from '@ecommerce/adapters/kafka'
import type { Config } from '@ecommerce/runtime/config'
import { withKafkaAdmin } from './kafka-admin'
import { topicOffsets } from './topic-offsets'

export interface LagRow extends Readonly<Record<string, string | number>> {
  readonly group: string
  readonly topic: string
  readonly partition: number
  readonly committed: number | 'nothing'
  /** Unknown while the partition has no leader. */
  readonly end: number | 'unknown'
  readonly lag: number | 'unknown'
}

/** The lag of the consumers of orders and of dead letters, by partition. */
export function kafkaLag(config: Config): Promise<LagRow[]> {
  return withKafkaAdmin(config, async (admin) => {
    const existing = await admin.listTopics()
    const rows: LagRow[] = []
    for (const { group, topic } of consumedTopics(config).filter(({ topic }) => existing.includes(topic))) {
      const ends = await topicOffsets(admin, topic)
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
      const [offsets] = await admin.fetchOffsets({ groupId: group, topics: [topic] })
      const partitions = topics.flatMap((each) => each.partitions.map(({ partitionId }) => partitionId))
      for (const partition of partitions.toSorted((a, b) => a - b)) {
        const offset = offsets?.partitions.find((each) => each.partition === partition)?.offset
        const end = ends.find((each) => each.partition === partition)
        rows.push({ group, topic, partition, ...toLagColumns(end, Number(offset ?? NOTHING_COMMITTED)) })
      }
    }
    return rows
  })
}

/**
 * @param end undefined while the partition has no leader
 * @param committed the next offset the group will read, or `NOTHING_COMMITTED`
 */
export function toLagColumns(
  end: { readonly low: string; readonly high: string } | undefined,
  committed: number,
): Pick<LagRow, 'committed' | 'end' | 'lag'> {
  return {
    committed: committed === NOTHING_COMMITTED ? 'nothing' : committed,
    end: end === undefined ? 'unknown' : Number(end.high),
    lag: end === undefined ? 'unknown' : lagBehind(end, committed),
  }
}
