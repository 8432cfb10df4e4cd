import { randomUUID } from 'node:crypto'
import { readConfig } from '@ecommerce/runtime/config'
import { connect } from 'amqplib'

/** The URL of the RabbitMQ of the test run. */
export function rabbitMqUrl(): string {
  return readConfig().RABBITMQ_URL[0]
}

export function rabbitMqManagementPort(): number {
  return readConfig().RABBITMQ_MANAGEMENT_PORT
}

/** Does the work with a new durable queue, and deletes the queue afterwards. */
export async function withQueue(
  type: 'quorum' | 'classic',
  work: (queue: string, send: (body: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  const connection = await connect(rabbitMqUrl())
  try {
    const channel = await connection.createConfirmChannel()
    const { queue } = await channel.assertQueue(`test-${randomUUID()}`, { arguments: { 'x-queue-type': type } })
    const send = async (body: string) => {
      channel.sendToQueue(queue, Buffer.from(body), { persistent: true })
      await channel.waitForConfirms()
    }
    await work(queue, send)
    await channel.deleteQueue(queue)
  } finally {
    await connection.close()
  }
}
