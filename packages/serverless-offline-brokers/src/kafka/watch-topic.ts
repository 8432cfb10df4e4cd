import type { Admin } from 'kafkajs'
import { fetchCommittedOffsets } from './starting-offsets'

export interface TopicWatchParts {
  readonly admin: Admin
  readonly topic: string
  readonly groupId: string
  /** The next offset to fetch of each active partition. All of them have a committed offset. */
  positions(): ReadonlyMap<number, bigint>
  /** The topic was deleted, or deleted and created again. */
  onReplaced(reason: Error): void
  /** A check failed for another reason. The ends are unknown until the next check. */
  onError(error: unknown): void
}

/** Knows where each partition of a topic ended about a second ago, and whether the topic is still the same one. */
export interface TopicWatch {
  /** Undefined while the end is unknown. */
  end(partition: number): bigint | undefined
  check(): Promise<void>
  /** Checks soon, because the topic may just have changed. Never rejects. */
  checkAgain(): Promise<void>
  close(): void
}

const CHECK_INTERVAL_MS = 1_000

/**
 * When a topic is deleted and created again, kafkajs continues at the old offset and skips the records before it. Topics
 * have ids, but kafkajs does not know them. Two signs reveal a new topic: it ends before the position that was read, or
 * the group has no committed offset, because Kafka deletes the offsets of a topic with it.
 */
export function watchTopic(parts: TopicWatchParts): TopicWatch {
  return new PeriodicTopicWatch(parts)
}

class PeriodicTopicWatch implements TopicWatch {
  readonly #ends = new Map<number, bigint>()
  readonly #timer = setInterval(() => this.checkAgain(), CHECK_INTERVAL_MS)
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined
  #isClosed = false

  constructor(private readonly parts: TopicWatchParts) {}

  end(partition: number): bigint | undefined {
    return this.#ends.get(partition)
  }

  async check(): Promise<void> {
    const { admin, topic, groupId, positions, onReplaced } = this.parts
    // Read before the ends: a moment later they may already be beyond the ends.
    const positionsBefore = positions()
    const offsets = await admin.fetchTopicOffsets(topic)
    const committed = await fetchCommittedOffsets(admin, topic, groupId)
    this.#ends.clear()
    for (const { partition, high } of offsets) this.#ends.set(partition, BigInt(high))
    for (const [partition, position] of positionsBefore) {
      if ((this.#ends.get(partition) ?? -1n) >= position && committed.has(partition)) continue
      onReplaced(new Error(`${topic}-${partition} is not what was read before: the topic was deleted or created again`))
    }
  }

  /** One check at a time. The running one may have looked too early, so one more follows it, and never more than one. */
  checkAgain(): Promise<void> {
    this.#next ??= this.#checkAfterRunning()
    return this.#next
  }

  close(): void {
    this.#isClosed = true
    clearInterval(this.#timer)
  }

  async #checkAfterRunning(): Promise<void> {
    await this.#running
    this.#running = this.#next
    this.#next = undefined
    if (!this.#isClosed && this.parts.positions().size > 0) await this.#checkSafely()
  }

  async #checkSafely(): Promise<void> {
    const { topic, onReplaced, onError } = this.parts
    try {
      await this.check()
    } catch (error) {
      this.#ends.clear()
      if (isUnknownTopic(error)) onReplaced(new Error(`the topic ${topic} does not exist any more`, { cause: error }))
      else onError(error)
    }
  }
}

/** kafkajs wraps an error that it has retried. */
function isUnknownTopic(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('type' in error && error.type === 'UNKNOWN_TOPIC_OR_PARTITION') return true
  return isUnknownTopic(error.cause)
}
