import type { RabbitMqAddresses } from './connect-rabbitmq'
import { withChannel } from './with-channel'

export interface RabbitMqCheck extends RabbitMqAddresses {
  readonly queues: readonly string[]
}

/** Resolves when the broker accepts our credentials and has the queues; rejects with the reason otherwise. */
export async function checkRabbitMq({ queues, ...addresses }: RabbitMqCheck): Promise<void> {
  await withChannel(addresses, async (channel) => {
    for (const queue of queues) await channel.checkQueue(queue)
  })
}
