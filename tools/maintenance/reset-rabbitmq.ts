import { withChannel } from '@ecommerce/adapters/rabbitmq'
import type { Config } from '@ecommerce/runtime/config'
import type { Channel } from 'amqplib'
import type { ResetOptions } from './command-line'
import { counted, type Reset } from './reset'

const TIMEOUT_MS = 10_000

/** Empties the queue of orders. A message that a consumer holds at this moment is still processed. */
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

/** One after another: a queue that does not exist closes the channel. */
function eachQueue(
  config: Config,
  { deadLetters }: ResetOptions,
  work: (channel: Channel, queue: string) => Promise<string>,
): Promise<string[]> {
  const queues = [config.RABBITMQ_QUEUE, ...(deadLetters ? [config.RABBITMQ_DLQ] : [])]
  return withChannel({ urls: config.RABBITMQ_URL, timeoutMs: TIMEOUT_MS }, async (channel) => {
    const lines: string[] = []
    for (const queue of queues) lines.push(await work(channel, queue))
    return lines
  })
}
