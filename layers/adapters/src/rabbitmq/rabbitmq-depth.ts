import { type Channel, type ChannelModel, connect } from 'amqplib'
import { KeptConnection } from '../kept-connection'

export interface RabbitMqDepthOptions {
  readonly url: string
  readonly queues: readonly string[]
  readonly timeoutMs: number
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
}

/** Measures the backlogs of queues, over a connection that stays open. */
export class RabbitMqDepth {
  readonly #channel: KeptConnection<OpenChannel>

  constructor(private readonly options: RabbitMqDepthOptions) {
    this.#channel = new KeptConnection(
      () => openChannel(options),
      ({ connection }) => connection.close().catch(ignore),
    )
  }

  /** Rejects when the broker does not respond, or has no such queue. */
  measure(): Promise<QueueDepth[]> {
    return this.#channel.use(async ({ channel }) => {
      // One after another: a refusal closes the channel, and with it would fail all other requests in flight.
      const depths: QueueDepth[] = []
      for (const queue of this.options.queues) {
        const { messageCount, consumerCount } = await channel.checkQueue(queue)
        depths.push({ queue, ready: messageCount, consumers: consumerCount })
      }
      return depths
    })
  }

  close(): Promise<void> {
    return this.#channel.close()
  }
}

async function openChannel({ url, timeoutMs }: RabbitMqDepthOptions): Promise<OpenChannel> {
  const connection = await connect(url, { timeout: timeoutMs })
  // These errors also fail the current call, or the next one.
  connection.on('error', ignore)
  const channel = await connection.createChannel()
  channel.on('error', ignore)
  return { connection, channel }
}

const ignore = () => undefined
