import type { Admin } from 'kafkajs'
import { createAdmin } from './create-admin'

export interface KafkaLagOptions {
  readonly brokers: string[]
  readonly groups: readonly ConsumedTopic[]
  readonly timeoutMs: number
}

export interface ConsumedTopic {
  readonly topic: string
  readonly group: string
}

export interface PartitionLag extends ConsumedTopic {
  readonly partition: number
  /** See `lagBehind`. */
  readonly lag: number
}

/** Measures the lag of consumer groups. Keeps one connection open, and opens another one after a failure. */
export class KafkaLag {
  #admin: Promise<Admin> | undefined

  constructor(private readonly options: KafkaLagOptions) {}

  /** Rejects when the cluster does not respond, or has no such topic. */
  async measure(): Promise<PartitionLag[]> {
    this.#admin ??= this.#connect()
    try {
      const admin = await this.#admin
      const lags = await Promise.all(this.options.groups.map((consumed) => lagOf(admin, consumed)))
      return lags.flat()
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async close(): Promise<void> {
    const closing = this.#admin
    this.#admin = undefined
    const admin = await closing?.catch(() => undefined)
    await admin?.disconnect()
  }

  async #connect(): Promise<Admin> {
    const { brokers, timeoutMs } = this.options
    const admin = createAdmin({ brokers, clientId: 'ecommerce-metrics', timeoutMs })
    await admin.connect()
    return admin
  }
}

/** The value that Kafka reports for a partition of which the group has committed no offset. */
export const NOTHING_COMMITTED = -1

/**
 * The records that a group has not committed yet: all records of the partition when it has committed no offset.
 * @param committed the next offset that the group will read, or `NOTHING_COMMITTED`
 */
export function lagBehind({ low, high }: { readonly low: string; readonly high: string }, committed: number): number {
  // Retention may have deleted records that the group never read.
  const next = Math.max(Number(low), committed)
  return Math.max(0, Number(high) - next)
}

async function lagOf(admin: Admin, { topic, group }: ConsumedTopic): Promise<PartitionLag[]> {
  // The order matters: kafkajs knows no broker to query for a group before it has queried a topic.
  const ends = await admin.fetchTopicOffsets(topic)
  const [offsets] = await admin.fetchOffsets({ groupId: group, topics: [topic] })
  const committed = new Map(offsets?.partitions.map(({ partition, offset }) => [partition, Number(offset)]))
  return ends
    .toSorted((a, b) => a.partition - b.partition)
    .map((end) => {
      const lag = lagBehind(end, committed.get(end.partition) ?? NOTHING_COMMITTED)
      return { topic, group, partition: end.partition, lag }
    })
}
