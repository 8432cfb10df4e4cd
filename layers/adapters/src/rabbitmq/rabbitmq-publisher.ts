import { type MessagePublisher, type OutgoingMessage, OverloadedError, UnavailableError } from '@ecommerce/domain'
import { type AmqpConnectionManager, type ChannelWrapper, connect } from 'amqp-connection-manager'
import type { ConfirmChannel } from 'amqplib'

export interface RabbitMqPublisherOptions {
  readonly url: string
  readonly exchange: string
  readonly routingKey: string
  /** The message's `type` property. */
  readonly type: string
  readonly heartbeatSeconds: number
  readonly channels: number
  readonly maxWaiting: number
  /** After this a caller is told that the message is not confirmed. */
  readonly publishWithinMs: number
}

const RECONNECT_SECONDS = 1

/**
 * Publishes persistent, mandatory messages and waits for the broker's confirm, over a few channels in turn. Connects
 * when it is first used, and again by itself; messages wait for that within their time.
 */
export class RabbitMqPublisher implements MessagePublisher {
  #connection: AmqpConnectionManager | undefined
  #channels: ChannelWrapper[] = []
  #next = 0
  #waiting = 0
  /** Messages the broker gave back because no queue takes them; the confirm follows. */
  readonly #returned = new Set<string>()

  constructor(private readonly options: RabbitMqPublisherOptions) {}

  async publish(message: OutgoingMessage): Promise<void> {
    const { exchange, routingKey, type, maxWaiting, publishWithinMs: timeout } = this.options
    if (this.#waiting >= maxWaiting) throw new OverloadedError()
    this.#waiting++
    try {
      const properties = {
        messageId: message.id,
        type,
        contentType: 'application/json',
        headers: message.headers,
        persistent: true,
        mandatory: true,
        timeout,
      }
      await this.#channel().publish(exchange, routingKey, Buffer.from(message.body), properties)
    } catch (error) {
      throw new UnavailableError('RabbitMQ', { cause: error })
    } finally {
      this.#waiting--
    }
    if (this.#returned.delete(message.id)) {
      throw new UnavailableError('RabbitMQ', { cause: new Error(`no queue takes ${routingKey} from ${exchange}`) })
    }
  }

  async close(): Promise<void> {
    await this.#connection?.close()
  }

  #channel(): ChannelWrapper {
    if (this.#channels.length === 0) this.#open()
    const channel = this.#channels[this.#next++ % this.#channels.length]
    if (!channel) throw new Error('a publisher needs a channel at least')
    return channel
  }

  #open(): void {
    const { url, heartbeatSeconds, channels } = this.options
    this.#connection = connect([url], {
      heartbeatIntervalInSeconds: heartbeatSeconds,
      reconnectTimeInSeconds: RECONNECT_SECONDS,
    })
    this.#channels = Array.from({ length: channels }, () => this.#createChannel())
  }

  #createChannel(): ChannelWrapper {
    const setup = async (channel: ConfirmChannel) => {
      channel.on('return', ({ properties }) => this.#returned.add(String(properties.messageId)))
    }
    const wrapper = this.#connection?.createChannel({ confirm: true, setup })
    if (!wrapper) throw new Error('there is no connection')
    return wrapper
  }
}
