import type { Admin } from 'kafkajs'
import type { KafkaMapping } from '../event-source-mapping'
import { coalesce } from './coalesce'
import { fetchCommittedOffsets } from './starting-offsets'

export interface TopicWatchParts {
  readonly admin: Admin
  readonly mapping: KafkaMapping
  /** Undefined when the broker has no ids. */
  topicId(): string | undefined
  readonly checkIntervalMs: number
  /** The next offset to fetch of each active partition. All of them have a committed offset. */
  positions(): ReadonlyMap<number, bigint>
  /** The topic was deleted, or deleted and created again. */
  onReplaced(reason: Error): void
  /** A periodic check failed for another reason. The ends are unknown until the next check. */
  onError(error: unknown): void
}

/** Knows where each partition of a topic ended at the last check, and whether the topic is still the same one. */
export interface TopicWatch {
  /** Undefined while the end is unknown. */
  end(partition: number): bigint | undefined
  check(): Promise<void>
  /** Checks soon, because the topic may just have changed. Never rejects. */
  checkAgain(): Promise<void>
  /** Resolves when the topic was still the same after the call. Rejects when it was not, or when that is unknown. */
  verify(partition: number): Promise<void>
  close(): void
}

/**
 * Two signs reveal a topic that was deleted and created again: it ends before the position that was read, or the group has
 * no committed offset, because Kafka deletes the offsets of a topic with it. The periodic check looks for both.
 *
 * The second sign disappears with the next commit. So `verify` must succeed between the fetch of a batch and its
 * acceptance, and immediately before a commit. It has nothing to do when the broker has topic ids: then batches are fetched
 * by the id, and committed offsets contain it.
 */
export function watchTopic(parts: TopicWatchParts): TopicWatch {
  return new PeriodicTopicWatch(parts)
}

class PeriodicTopicWatch implements TopicWatch {
  readonly #ends = new Map<number, bigint>()
  readonly #timer: NodeJS.Timeout
  readonly #fetchCommitted: () => Promise<Map<number, bigint>>
  #isClosed = false

  constructor(private readonly parts: TopicWatchParts) {
    const { admin, mapping, topicId } = parts
    this.#fetchCommitted = coalesce(() => fetchCommittedOffsets(admin, mapping, topicId()))
    this.#timer = setInterval(() => this.checkAgain(), parts.checkIntervalMs)
  }

  readonly checkAgain = coalesce(async () => {
    if (!this.#isClosed && this.parts.positions().size > 0) await this.#checkSafely()
  })

  end(partition: number): bigint | undefined {
    return this.#ends.get(partition)
  }

  async check(): Promise<void> {
    const { admin, mapping, positions, topicId } = this.parts
    // Read before the ends: a moment later they may already be beyond the ends.
    const positionsBefore = positions()
    const offsets = await admin.fetchTopicOffsets(mapping.topic)
    const committed = await fetchCommittedOffsets(admin, mapping, topicId())
    this.#ends.clear()
    for (const { partition, high } of offsets) this.#ends.set(partition, BigInt(high))
    for (const [partition, position] of positionsBefore) {
      if ((this.#ends.get(partition) ?? -1n) < position || !committed.has(partition)) this.#replaced(partition)
    }
  }

  async verify(partition: number): Promise<void> {
    if (this.parts.topicId() !== undefined) return
    const committed = await this.#fetchCommitted()
    if (!committed.has(partition)) throw this.#replaced(partition)
  }

  close(): void {
    this.#isClosed = true
    clearInterval(this.#timer)
  }

  #replaced(partition: number): Error {
    const { mapping, onReplaced } = this.parts
    const reason = new Error(`${mapping.topic}-${partition} has changed: the topic was deleted or created again`)
    onReplaced(reason)
    return reason
  }

  async #checkSafely(): Promise<void> {
    const { mapping, onReplaced, onError } = this.parts
    try {
      await this.check()
    } catch (error) {
      this.#ends.clear()
      if (isUnknownTopic(error)) onReplaced(noTopic(mapping.topic, error))
      else onError(error)
    }
  }
}

function noTopic(topic: string, cause: unknown): Error {
  return new Error(`the topic ${topic} does not exist any more`, { cause })
}

/** kafkajs wraps an error that it has retried. */
function isUnknownTopic(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('type' in error && error.type === 'UNKNOWN_TOPIC_OR_PARTITION') return true
  return isUnknownTopic(error.cause)
}
