import { connect } from 'amqplib'

export interface RabbitMqCheck {
  readonly url: string
  readonly queues: readonly string[]
  readonly timeoutMs: number
}

/** Resolves when the broker lets us in and has the queues; rejects with the reason otherwise. */
export async function checkRabbitMq({ url, queues, timeoutMs }: RabbitMqCheck): Promise<void> {
  const connection = await connect(url, { timeout: timeoutMs })
  // A missing queue closes the channel with an error; it is reported by checkQueue, and again as an event.
  connection.on('error', () => undefined)
  try {
    const channel = await connection.createChannel()
    channel.on('error', () => undefined)
    for (const queue of queues) await channel.checkQueue(queue)
  } finally {
    await connection.close()
  }
}
