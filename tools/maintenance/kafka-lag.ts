import type { Config } from '@ecommerce/runtime/config'
import { withKafkaAdmin } from './kafka-admin'
import { topicOffsets } from './topic-offsets'

export interface LagRow extends Readonly<Record<string, string | number>> {
  readonly group: string
  readonly topic: string
  readonly partition: number
  readonly committed: number | 'nothing'
  /** Only a leader knows where its partition ends. */
  readonly end: number | 'unknown'
  readonly lag: number | 'unknown'
}

/** How far the consumers of orders and of dead letters are behind, by partition. */
export function kafkaLag(config: Config): Promise<LagRow[]> {
  const consumed = [
    { group: config.KAFKA_GROUP_ID, topic: config.KAFKA_TOPIC },
    { group: `${config.KAFKA_GROUP_ID}-dead-letters`, topic: config.KAFKA_DLQ_TOPIC },
  ]
  return withKafkaAdmin(config, async (admin) => {
    const existing = await admin.listTopics()
    const rows: LagRow[] = []
    for (const { group, topic } of consumed.filter(({ topic }) => existing.includes(topic))) {
      const ends = await topicOffsets(admin, topic)
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
      const [offsets] = await admin.fetchOffsets({ groupId: group, topics: [topic] })
      const partitions = topics.flatMap((each) => each.partitions.map(({ partitionId }) => partitionId))
      for (const partition of partitions.toSorted((a, b) => a - b)) {
        const committed = Number(offsets?.partitions.find((each) => each.partition === partition)?.offset ?? -1)
        const end = ends.find((each) => each.partition === partition)
        rows.push({ group, topic, partition, ...lagBehind(end, committed) })
      }
    }
    return rows
  })
}

/**
 * @param end undefined while nobody knows it
 * @param committed the next offset the group will read; below zero when it has committed nothing
 */
export function lagBehind(
  end: { readonly low: string; readonly high: string } | undefined,
  committed: number,
): Pick<LagRow, 'committed' | 'end' | 'lag'> {
  const position = committed < 0 ? 'nothing' : committed
  if (end === undefined) return { committed: position, end: 'unknown', lag: 'unknown' }
  // Records may be gone that the group never read.
  const next = Math.max(committed, Number(end.low))
  return { committed: position, end: Number(end.high), lag: Math.max(0, Number(end.high) - next) }
}
