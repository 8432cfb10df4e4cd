import { type Channel, type ChannelModel, connect } from 'amqplib'

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

/** Measures the backlogs of queues. Keeps one connection open, and opens another one after a failure. */
export class RabbitMqDepth {
  #opening: Promise<OpenChannel> | undefined

  constructor(private readonly options: RabbitMqDepthOptions) {}

  /** Rejects when the broker does not respond, or has no such queue. */
  async measure(): Promise<QueueDepth[]> {
    this.#opening ??= this.#open()
    try {
      const { channel } = await this.#opening
      // One after another: a refusal closes the channel, and with it would fail all other requests in flight.
      const depths: QueueDepth[] = []
      for (const queue of this.options.queues) {
        const { messageCount, consumerCount } = await channel.checkQueue(queue)
        depths.push({ queue, ready: messageCount, consumers: consumerCount })
      }
      return depths
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async close(): Promise<void> {
    const opening = this.#opening
    this.#opening = undefined
    const opened = await opening?.catch(() => undefined)
    await opened?.connection.close().catch(ignore)
  }

  async #open(): Promise<OpenChannel> {
    const { url, timeoutMs } = this.options
    const connection = await connect(url, { timeout: timeoutMs })
    // These errors also fail the current call, or the next one.
    connection.on('error', ignore)
    const channel = await connection.createChannel()
    channel.on('error', ignore)
    return { connection, channel }
  }
}

const ignore = () => undefined
