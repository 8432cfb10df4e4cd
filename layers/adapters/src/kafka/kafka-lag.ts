import type { Admin } from 'kafkajs'
import { KeptConnection } from '../kept-connection'
import { createAdmin } from './create-admin'
import { rotate } from './rotate'

export interface KafkaLagOptions {
  readonly brokers: readonly string[]
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

/** Measures the lag of consumer groups, over a connection that stays open. */
export class KafkaLag {
  readonly #admin: KeptConnection<Admin>
  /** After a failure, another broker of the list comes first, because a frozen one accepts connections. */
  #connects = 0

  constructor(private readonly options: KafkaLagOptions) {
    this.#admin = new KeptConnection(
      () => connectAdmin({ ...options, brokers: rotate(options.brokers, this.#connects++) }),
      (admin) => admin.disconnect(),
    )
  }

  /** Rejects when the cluster does not respond, or has no such topic. */
  measure(): Promise<PartitionLag[]> {
    return this.#admin.use(async (admin) => {
      const lags = await Promise.all(this.options.groups.map((consumed) => lagOf(admin, consumed)))
      return lags.flat()
    })
  }

  close(): Promise<void> {
    return this.#admin.close()
  }
}

async function connectAdmin({ brokers, timeoutMs }: KafkaLagOptions): Promise<Admin> {
  const admin = createAdmin({ brokers, clientId: 'ecommerce-metrics', timeoutMs })
  await admin.connect()
  return admin
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
