import type { Admin } from 'kafkajs'
import type { KafkaMapping } from '../event-source-mapping'

export interface PartitionStart {
  readonly offset: bigint
  /** False: the offset is the starting position, and must still be committed. */
  readonly isCommitted: boolean
}

/**
 * Finds the offset at which each partition continues: the committed offset of the group, or else the starting position of
 * the mapping. A timestamp means the first record that is not older, or the end if all are older. A committed offset beyond
 * the end belongs to a deleted topic with the same name, and is ignored.
 */
export async function findStartingOffsets(admin: Admin, mapping: KafkaMapping): Promise<Map<number, PartitionStart>> {
  const { topic, consumerGroupId } = mapping
  const [committed, ends, starting] = await Promise.all([
    fetchCommittedOffsets(admin, topic, consumerGroupId),
    admin.fetchTopicOffsets(topic),
    fetchStartingPosition(admin, mapping),
  ])
  const starts = new Map<number, PartitionStart>()
  for (const { partition, offset } of starting) starts.set(partition, { offset, isCommitted: false })
  for (const { partition, high } of ends) {
    const offset = committed.get(partition)
    if (offset !== undefined && offset <= BigInt(high)) starts.set(partition, { offset, isCommitted: true })
  }
  return starts
}

/** Omits partitions for which the group has committed nothing. */
export async function fetchCommittedOffsets(
  admin: Admin,
  topic: string,
  groupId: string,
): Promise<Map<number, bigint>> {
  const topics = await admin.fetchOffsets({ groupId, topics: [topic] })
  const offsets = topics.flatMap(({ partitions }) => partitions)
  return new Map(
    offsets.map(({ partition, offset }) => [partition, BigInt(offset)] as const).filter(([, offset]) => offset >= 0n),
  )
}

async function fetchStartingPosition(
  admin: Admin,
  { topic, startingPosition }: KafkaMapping,
): Promise<{ partition: number; offset: bigint }[]> {
  if (startingPosition.at === 'AT_TIMESTAMP') {
    const offsets = await admin.fetchTopicOffsetsByTimestamp(topic, startingPosition.timestampMs)
    return offsets.map(({ partition, offset }) => ({ partition, offset: BigInt(offset) }))
  }
  const side = startingPosition.at === 'LATEST' ? 'high' : 'low'
  const offsets = await admin.fetchTopicOffsets(topic)
  return offsets.map((ends) => ({ partition: ends.partition, offset: BigInt(ends[side]) }))
}
