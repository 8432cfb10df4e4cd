import { withChannel } from './with-channel'

export interface RabbitMqCheck {
  readonly url: string
  readonly queues: readonly string[]
  readonly timeoutMs: number
}

/** Resolves when the broker accepts our credentials and has the queues; rejects with the reason otherwise. */
export async function checkRabbitMq({ url, queues, timeoutMs }: RabbitMqCheck): Promise<void> {
  await withChannel({ url, timeoutMs }, async (channel) => {
    for (const queue of queues) await channel.checkQueue(queue)
  })
}
