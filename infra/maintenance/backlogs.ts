import type { Config } from '@ecommerce/runtime/config'
import { connect } from 'amqplib'
import { withKafkaAdmin } from './kafka-admin'

type Row = Readonly<Record<string, string | number>>

/** How far the consumers of orders and of dead letters are behind, by partition. */
export function kafkaLag(config: Config): Promise<Row[]> {
  const consumed = [
    { group: config.KAFKA_GROUP_ID, topic: config.KAFKA_TOPIC },
    { group: `${config.KAFKA_GROUP_ID}-dead-letters`, topic: config.KAFKA_DLQ_TOPIC },
  ]
  return withKafkaAdmin(config, async (admin) => {
    const existing = await admin.listTopics()
    const rows: Row[] = []
    for (const { group, topic } of consumed.filter(({ topic }) => existing.includes(topic))) {
      const ends = await admin.fetchTopicOffsets(topic)
      const [offsets] = await admin.fetchOffsets({ groupId: group, topics: [topic] })
      for (const { partition, low, high } of ends.toSorted((a, b) => a.partition - b.partition)) {
        const committed = Number(offsets?.partitions.find((one) => one.partition === partition)?.offset ?? -1)
        const lag = Math.max(0, Number(high) - Math.max(committed, Number(low)))
        rows.push({ group, topic, partition, committed: committed < 0 ? 'nothing' : committed, end: Number(high), lag })
      }
    }
    return rows
  })
}

/** What waits in the queues of orders and of dead letters, and how many consumers they have. */
export async function queueDepths(config: Config): Promise<Row[]> {
  const connection = await connect(config.RABBITMQ_URL)
  try {
    const channel = await connection.createChannel()
    channel.on('error', () => {})
    const rows: Row[] = []
    for (const queue of [config.RABBITMQ_QUEUE, config.RABBITMQ_DLQ]) {
      const { messageCount, consumerCount } = await channel.checkQueue(queue)
      rows.push({ queue, ready: messageCount, consumers: consumerCount })
    }
    return rows
  } finally {
    await connection.close()
  }
}
