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
  /** Records behind the end that the group has not committed; all that are there when it has committed nothing. */
  readonly lag: number
}

/** How far consumer groups are behind, asked on one connection that is kept, and made anew after a failure. */
export class KafkaLag {
  #admin: Promise<Admin> | undefined

  constructor(private readonly options: KafkaLagOptions) {}

  /** Rejects when the cluster does not answer, or has no such topic. */
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

async function lagOf(admin: Admin, { topic, group }: ConsumedTopic): Promise<PartitionLag[]> {
  // In this order: kafkajs knows brokers to ask for a group only when it has asked for a topic.
  const ends = await admin.fetchTopicOffsets(topic)
  const [committed] = await admin.fetchOffsets({ groupId: group, topics: [topic] })
  const inOrder = ends.toSorted((a, b) => a.partition - b.partition)
  return inOrder.map(({ partition, low, high }) => {
    const offset = committed?.partitions.find((one) => one.partition === partition)?.offset ?? NOTHING_COMMITTED
    // Records may be gone that the group never read.
    const next = Math.max(Number(low), Number(offset))
    return { topic, group, partition, lag: Math.max(0, Number(high) - next) }
  })
}

const NOTHING_COMMITTED = '-1'
