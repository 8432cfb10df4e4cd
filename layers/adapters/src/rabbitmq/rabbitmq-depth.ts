import { type Channel, type ChannelModel, connect } from 'amqplib'

export interface RabbitMqDepthOptions {
  readonly url: string
  readonly queues: readonly string[]
  readonly timeoutMs: number
}

export interface QueueDepth {
  readonly queue: string
  /** Messages that wait; those a consumer has and has not acknowledged are not among them. */
  readonly ready: number
}

interface Line {
  readonly connection: ChannelModel
  readonly channel: Channel
}

/** How many messages wait in queues, asked on one connection that is kept, and made anew after a failure. */
export class RabbitMqDepth {
  #line: Promise<Line> | undefined

  constructor(private readonly options: RabbitMqDepthOptions) {}

  /** Rejects when the broker does not answer, or has no such queue. */
  async measure(): Promise<QueueDepth[]> {
    this.#line ??= this.#connect()
    try {
      const { channel } = await this.#line
      // One after another, as on one channel the answers come: side by side, one refusal would fail them all at once.
      const depths: QueueDepth[] = []
      for (const queue of this.options.queues) {
        const { messageCount } = await channel.checkQueue(queue)
        depths.push({ queue, ready: messageCount })
      }
      return depths
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async close(): Promise<void> {
    const closing = this.#line
    this.#line = undefined
    const line = await closing?.catch(() => undefined)
    await line?.connection.close().catch(ignore)
  }

  async #connect(): Promise<Line> {
    const { url, timeoutMs } = this.options
    const connection = await connect(url, { timeout: timeoutMs })
    // What these tell has ended the call as well, or will end the next one.
    connection.on('error', ignore)
    const channel = await connection.createChannel()
    channel.on('error', ignore)
    return { connection, channel }
  }
}

const ignore = () => undefined
