import { once } from 'node:events'
import { type AmqpConnectionManager, connect } from 'amqp-connection-manager'
import type { ChannelModel, ConfirmChannel } from 'amqplib'

export interface ConfirmChannelsOptions {
  readonly url: string
  readonly heartbeatSeconds: number
  readonly size: number
}

const RECONNECT_SECONDS = 1

/**
 * The write buffer holds a batch of small messages. `net.connect` accepts its size, although its types do not have it.
 */
const SOCKET: { readonly noDelay: boolean } = { noDelay: true, ...{ writableHighWaterMark: 256 * 1024 } }

/**
 * A few confirm channels of one connection, used in turn. Connects at the first use, and reconnects by itself. Opens a
 * new channel in place of a closed one.
 */
export class ConfirmChannels {
  #connection: AmqpConnectionManager | undefined
  readonly #slots: (Promise<ConfirmChannel> | undefined)[] = []
  readonly #vacate = new WeakMap<ConfirmChannel, () => void>()
  #turn = 0

  constructor(private readonly options: ConfirmChannelsOptions) {}

  /** The next channel. Waits for the connection without a time limit. */
  next(): Promise<ConfirmChannel> {
    const slot = this.#turn++ % this.options.size
    this.#slots[slot] ??= this.#open(slot)
    return this.#slots[slot]
  }

  /** Closes a channel whose confirms did not arrive, and replaces it immediately. */
  discard(channel: ConfirmChannel): void {
    this.#vacate.get(channel)?.()
    void closeQuietly(channel)
  }

  async close(): Promise<void> {
    await this.#connection?.close()
  }

  #open(slot: number): Promise<ConfirmChannel> {
    const opening = this.#createChannel()
    const vacate = () => {
      if (this.#slots[slot] === opening) this.#slots[slot] = undefined
    }
    opening.then((channel) => {
      this.#vacate.set(channel, vacate)
      channel.once('close', vacate)
    }, vacate)
    return opening
  }

  async #createChannel(): Promise<ConfirmChannel> {
    const channel = await (await this.#connected()).createConfirmChannel()
    // The publish call fails with the reason. Without a listener, the event would end the process.
    channel.on('error', () => undefined)
    return channel
  }

  async #connected(): Promise<ChannelModel> {
    const { url, heartbeatSeconds } = this.options
    this.#connection ??= connect([{ url, connectionOptions: SOCKET }], {
      heartbeatIntervalInSeconds: heartbeatSeconds,
      reconnectTimeInSeconds: RECONNECT_SECONDS,
    })
    if (!this.#connection.isConnected()) await once(this.#connection, 'connect')
    const { connection } = this.#connection
    if (!connection) throw new Error('the connection was lost')
    return connection
  }
}

/** Never rejects, even if the channel is already closed. Stays pending while the broker hangs. */
async function closeQuietly(channel: ConfirmChannel): Promise<void> {
  await channel.close().catch(() => undefined)
}
