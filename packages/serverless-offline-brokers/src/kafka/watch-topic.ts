import type { Admin } from 'kafkajs'
import { fetchCommittedOffsets } from './starting-offsets'

export interface TopicWatchParts {
  readonly admin: Admin
  readonly topic: string
  readonly groupId: string
  /** Of the partitions that are at work, each of which has a committed offset: the offset to be fetched next. */
  positions(): ReadonlyMap<number, bigint>
  /** The topic is gone, or another one has its name. */
  replaced(reason: Error): void
  /** A look that failed for another reason: the ends are unknown until the next one. */
  troubled(error: unknown): void
}

/** Knows where each partition of a topic ends, as of about a second ago, and whether it is still the same topic. */
export interface TopicWatch {
  /** Undefined while it is not known. */
  end(partition: number): bigint | undefined
  look(): Promise<void>
  /** For a moment in which something may have happened to the topic. Never rejects. */
  lookAgain(): Promise<void>
  close(): void
}

const LOOK_EVERY_MS = 1_000

/**
 * kafkajs goes on at the old offset when a topic is deleted and created again under its name, and passes over the
 * records before it. Topics have ids, but kafkajs does not know them. What tells the new topic is that it ends before
 * what was read, or that the group has committed nothing: Kafka forgets the offsets of a topic with it.
 */
export function watchTopic({ admin, topic, groupId, positions, replaced, troubled }: TopicWatchParts): TopicWatch {
  const ends = new Map<number, bigint>()
  let looking: Promise<void> | undefined
  let waiting: Promise<void> | undefined
  let isClosed = false

  async function look(): Promise<void> {
    // Before the ends, beyond which they may be a moment later.
    const read = positions()
    const offsets = await admin.fetchTopicOffsets(topic)
    const committed = await fetchCommittedOffsets(admin, topic, groupId)
    ends.clear()
    for (const { partition, high } of offsets) ends.set(partition, BigInt(high))
    for (const [partition, position] of read) {
      if ((ends.get(partition) ?? -1n) >= position && committed.has(partition)) continue
      replaced(new Error(`${topic}-${partition} is not what was read before: the topic was deleted or created again`))
    }
  }

  async function lookSafely(): Promise<void> {
    try {
      await look()
    } catch (error) {
      ends.clear()
      if (isUnknownTopic(error)) replaced(new Error(`the topic ${topic} does not exist any more`, { cause: error }))
      else troubled(error)
    }
  }

  /** One at a time; what is under way may have looked too early, so another one waits, and no more than one. */
  function lookAgain(): Promise<void> {
    waiting ??= (async () => {
      await looking
      looking = waiting
      waiting = undefined
      if (!isClosed && positions().size > 0) await lookSafely()
    })()
    return waiting
  }

  const ticker = setInterval(lookAgain, LOOK_EVERY_MS)

  return {
    end: (partition) => ends.get(partition),
    look,
    lookAgain,
    close() {
      isClosed = true
      clearInterval(ticker)
    },
  }
}

/** kafkajs wraps what it has tried several times. */
function isUnknownTopic(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('type' in error && error.type === 'UNKNOWN_TOPIC_OR_PARTITION') return true
  return isUnknownTopic(error.cause)
}
