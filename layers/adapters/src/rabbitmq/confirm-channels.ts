import { once } from 'node:events'
import { type AmqpConnectionManager, connect } from 'amqp-connection-manager'
import type { ChannelModel, ConfirmChannel } from 'amqplib'

export interface ConfirmChannelsOptions {
  readonly url: string
  readonly heartbeatSeconds: number
  readonly size: number
}

const RECONNECT_SECONDS = 1

/** Holds a batch of small messages, so that they leave together: `net.connect` takes it, its types do not tell. */
const SOCKET: { readonly noDelay: boolean } = { noDelay: true, ...{ writableHighWaterMark: 256 * 1024 } }

/**
 * A few confirm channels of one connection, handed out in turn. Connects when it is first used, and again by itself; a
 * channel that has closed is replaced by a new one.
 */
export class ConfirmChannels {
  #connection: AmqpConnectionManager | undefined
  readonly #slots: (Promise<ConfirmChannel> | undefined)[] = []
  readonly #vacate = new WeakMap<ConfirmChannel, () => void>()
  #turn = 0

  constructor(private readonly options: ConfirmChannelsOptions) {}

  /** The next one. Waits for the connection as long as that takes. */
  next(): Promise<ConfirmChannel> {
    const slot = this.#turn++ % this.options.size
    this.#slots[slot] ??= this.#open(slot)
    return this.#slots[slot]
  }

  /** For a channel whose confirms are in doubt: another takes its place at once. */
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
    // Whoever waits for a confirm is told the reason; without a listener it would end the process.
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

/** It may be closed already, which throws, or never be: a broker that hangs does not answer. */
async function closeQuietly(channel: ConfirmChannel): Promise<void> {
  await channel.close().catch(() => undefined)
}
