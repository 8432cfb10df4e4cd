import { CHANNELS, type DeadLetterStore, type OrderStore, type OutboxStore, RECORDED_STATUSES } from '@ecommerce/domain'
import { type GaugeSource, sample } from '@ecommerce/runtime'

/** The queries behind the gauges. */
export interface Backlogs {
  readonly kafkaLag: () => Promise<readonly PartitionLag[]>
  readonly queueDepth: () => Promise<readonly { readonly queue: string; readonly ready: number }[]>
  readonly orders: Pick<OrderStore, 'count'>
  readonly outbox: Pick<OutboxStore, 'depth'>
  readonly deadLetters: Pick<DeadLetterStore, 'countOpen'>
  readonly pool: () => { readonly inUse: number; readonly idle: number; readonly waiting: number }
}

interface PartitionLag {
  readonly topic: string
  readonly partition: number
  readonly group: string
  readonly lag: number
}

/** The gauges whose values are measured in MySQL, Kafka, RabbitMQ and the connection pool. */
export function gaugeSources({ kafkaLag, queueDepth, orders, outbox, deadLetters, pool }: Backlogs): GaugeSource[] {
  return [
    // First, because the other sources take connections from the pool.
    {
      name: 'mysql-pool',
      measure: async () => {
        const { inUse, idle, waiting } = pool()
        return [
          sample('ecommerce_mysql_pool_connections', { state: 'in_use' }, inUse),
          sample('ecommerce_mysql_pool_connections', { state: 'idle' }, idle),
          sample('ecommerce_mysql_pool_waiting', {}, waiting),
        ]
      },
    },
    {
      name: 'kafka',
      measure: async () =>
        (await kafkaLag()).map(({ topic, partition, group, lag }) =>
          sample('ecommerce_kafka_consumer_lag', { topic, partition: String(partition), group }, lag),
        ),
    },
    {
      name: 'rabbitmq',
      measure: async () =>
        (await queueDepth()).map(({ queue, ready }) => sample('ecommerce_rabbitmq_queue_messages', { queue }, ready)),
    },
    {
      name: 'orders',
      measure: async () => {
        const counts = await orders.count()
        return CHANNELS.flatMap((channel) =>
          RECORDED_STATUSES.map((status) => {
            const found = counts.find((count) => count.channel === channel && count.status === status)
            return sample('ecommerce_orders', { channel, status }, found?.orders ?? 0)
          }),
        )
      },
    },
    {
      name: 'outbox',
      measure: async () => {
        const { pending, oldestAgeMs } = await outbox.depth()
        return [
          sample('ecommerce_outbox_pending_events', {}, pending),
          sample('ecommerce_outbox_oldest_event_age_seconds', {}, oldestAgeMs / 1_000),
        ]
      },
    },
    {
      name: 'dead-letters',
      measure: async () =>
        Object.entries(await deadLetters.countOpen()).map(([broker, letters]) =>
          sample('ecommerce_dead_letters', { broker }, letters),
        ),
    },
  ]
}
