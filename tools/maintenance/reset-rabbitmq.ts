import type { Config } from '@ecommerce/runtime/config'
import { type Channel, connect } from 'amqplib'
import type { ResetOptions } from './command-line'
import { counted, type Reset } from './reset'

/** Empties the queue of orders. What a consumer holds at this moment is not in the queue: it is finished. */
export const resetRabbitMq: Reset = {
  server: 'rabbitmq',

  async plan(config, options) {
    const depths = await eachQueue(config, options, async (channel, queue) => {
      const { messageCount } = await channel.checkQueue(queue)
      return `queue ${queue} (${counted(messageCount, 'message')})`
    })
    return `purge ${depths.join(' and ')} of RabbitMQ`
  },

  async run(config, options) {
    const purged = await eachQueue(config, options, async (channel, queue) => {
      const { messageCount } = await channel.purgeQueue(queue)
      return `${counted(messageCount, 'message')} purged from queue ${queue}`
    })
    return purged.join(', ')
  },
}

/** One after another: a queue that does not exist ends the channel. */
async function eachQueue(
  config: Config,
  { deadLetters }: ResetOptions,
  work: (channel: Channel, queue: string) => Promise<string>,
): Promise<string[]> {
  const queues = [config.RABBITMQ_QUEUE, ...(deadLetters ? [config.RABBITMQ_DLQ] : [])]
  const connection = await connect(config.RABBITMQ_URL)
  try {
    const channel = await connection.createChannel()
    // The call that was refused throws it too.
    channel.on('error', () => {})
    const lines: string[] = []
    for (const queue of queues) lines.push(await work(channel, queue))
    return lines
  } finally {
    await connection.close()
  }
}
