import { RabbitMqDepth } from '@ecommerce/adapters/rabbitmq'
import type { Config } from '@ecommerce/runtime/config'
import type { TableRow } from '../local/format-table'

const TIMEOUT_MS = 10_000

/** The backlogs and the numbers of consumers of the queues of orders and of dead letters. */
export async function queueDepths({ RABBITMQ_URL, RABBITMQ_QUEUE, RABBITMQ_DLQ }: Config): Promise<TableRow[]> {
  const depth = new RabbitMqDepth({ urls: RABBITMQ_URL, queues: [RABBITMQ_QUEUE, RABBITMQ_DLQ], timeoutMs: TIMEOUT_MS })
  try {
    return (await depth.measure()).map((row) => ({ ...row }))
  } finally {
    await depth.close()
  }
}
