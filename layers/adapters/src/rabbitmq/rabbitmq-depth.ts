import type { Channel, ChannelModel } from 'amqplib'
import { KeptConnection } from '../kept-connection'
import { closeConnection, connectToAny, type RabbitMqAddresses } from './connect-rabbitmq'
import { SilenceWatch, watchable } from './silence-watch'

export interface RabbitMqDepthOptions extends RabbitMqAddresses {
  readonly queues: readonly string[]
}

export interface QueueDepth {
  readonly queue: string
  /** Messages ready for delivery, without those that a consumer holds and has not acknowledged. */
  readonly ready: number
  readonly consumers: number
}

interface OpenChannel {
  readonly connection: ChannelModel
  readonly channel: Channel
  readonly silence: SilenceWatch
}

/** Measures the backlogs of queues, over a connection that stays open. */
export class RabbitMqDepth {
  readonly #channel: KeptConnection<OpenChannel>

  constructor(private readonly options: RabbitMqDepthOptions) {
    this.#channel = new KeptConnection(
      () => openChannel(options),
      ({ connection }) => closeConnection(connection),
    )
  }

  /** Rejects when the broker does not respond, or has no such queue. The next measurement uses another connection. */
  measure(): Promise<QueueDepth[]> {
    return this.#channel.use(({ channel, silence }) => silence.during(this.#measureOn(channel)))
  }

  async #measureOn(channel: Channel): Promise<QueueDepth[]> {
    // One after another: a refusal closes the channel, and with it would fail all other requests in flight.
    const depths: QueueDepth[] = []
    for (const queue of this.options.queues) {
      const { messageCount, consumerCount } = await channel.checkQueue(queue)
      depths.push({ queue, ready: messageCount, consumers: consumerCount })
    }
    return depths
  }

  close(): Promise<void> {
    return this.#channel.close()
  }
}

async function openChannel(addresses: RabbitMqAddresses): Promise<OpenChannel> {
  const connection = await connectToAny(addresses)
  const silence = new SilenceWatch(watchable(connection), addresses.timeoutMs)
  try {
    const channel = await silence.during(connection.createChannel())
    // The call that fails throws the error too; without a listener, the event would end the process.
    channel.on('error', () => undefined)
    return { connection, channel, silence }
  } catch (error) {
    await closeConnection(connection)
    throw error
  }
}
