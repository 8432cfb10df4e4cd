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
export async function findStartingOffsets(
  admin: Admin,
  mapping: KafkaMapping,
  topicId: string | undefined,
): Promise<Map<number, PartitionStart>> {
  const [committed, ends, starting] = await Promise.all([
    fetchCommittedOffsets(admin, mapping, topicId),
    admin.fetchTopicOffsets(mapping.topic),
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

/**
 * Stored with each committed offset. Kafka stores offsets by the name of the topic, and a commit that is under way while
 * the topic is deleted and created again would count for the new topic.
 */
export function commitMetadata(topicId: string | undefined): string | null {
  return topicId === undefined ? null : `${TOPIC_ID_PREFIX}${topicId}`
}

const TOPIC_ID_PREFIX = 'topic-id='

/**
 * Omits partitions for which the group has committed nothing. Offsets of another topic with the same name are ignored.
 * Offsets that other clients have committed contain no topic id, and are trusted.
 */
export async function fetchCommittedOffsets(
  admin: Admin,
  { topic, consumerGroupId }: Pick<KafkaMapping, 'topic' | 'consumerGroupId'>,
  topicId: string | undefined,
): Promise<Map<number, bigint>> {
  const topics = await admin.fetchOffsets({ groupId: consumerGroupId, topics: [topic] })
  const offsets = topics.flatMap(({ partitions }) => partitions)
  const isOfThisTopic = (metadata: string | null) =>
    topicId === undefined || !metadata?.startsWith(TOPIC_ID_PREFIX) || metadata === commitMetadata(topicId)
  return new Map(
    offsets
      .filter(({ offset, metadata }) => Number(offset) >= 0 && isOfThisTopic(metadata))
      .map(({ partition, offset }) => [partition, BigInt(offset)]),
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
