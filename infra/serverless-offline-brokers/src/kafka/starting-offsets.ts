import type { Admin } from 'kafkajs'
import type { KafkaMapping } from '../event-source-mapping'

export interface PartitionStart {
  readonly offset: bigint
  /** False: the offset is the starting position, and still has to be committed. */
  readonly isCommitted: boolean
}

/**
 * Where each partition goes on: at what the group has committed, or else at the starting position of the mapping. A
 * timestamp means the first record that is not older; the end, if all are.
 */
export async function findStartingOffsets(admin: Admin, mapping: KafkaMapping): Promise<Map<number, PartitionStart>> {
  const { topic, consumerGroupId: groupId } = mapping
  const [committed, starting] = await Promise.all([
    admin.fetchOffsets({ groupId, topics: [topic] }),
    fetchStartingPosition(admin, mapping),
  ])
  const starts = new Map<number, PartitionStart>()
  for (const { partition, offset } of starting) starts.set(partition, { offset, isCommitted: false })
  for (const { partition, offset } of committed.flatMap(({ partitions }) => partitions)) {
    if (BigInt(offset) >= 0n) starts.set(partition, { offset: BigInt(offset), isCommitted: true })
  }
  return starts
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
