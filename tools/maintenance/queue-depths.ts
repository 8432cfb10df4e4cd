import type { Config } from '@ecommerce/runtime/config'
import { connect } from 'amqplib'

type Row = Readonly<Record<string, string | number>>

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
