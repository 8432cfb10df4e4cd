import type { ConfirmChannel } from 'amqplib'
import { type OpenConnection, PublisherConnection, type PublisherConnectionOptions } from './publisher-connection'
import type { SilenceWatch } from './silence-watch'

export interface ConfirmChannelsOptions extends PublisherConnectionOptions {
  readonly size: number
}

export interface WatchedChannel {
  readonly channel: ConfirmChannel
  /** Ends the connection of the channel when the server does not respond. */
  readonly silence: SilenceWatch
}

/** A few confirm channels of one connection, used in turn. Opens a new channel in place of a closed one. */
export class ConfirmChannels {
  readonly #connection: PublisherConnection
  readonly #slots: (Promise<WatchedChannel> | undefined)[] = []
  readonly #vacate = new WeakMap<ConfirmChannel, () => void>()
  #turn = 0

  constructor(private readonly options: ConfirmChannelsOptions) {
    this.#connection = new PublisherConnection(options)
  }

  /**
   * The next channel. Waits for the connection without a time limit. Rejects while the server blocks publishers, because
   * then it reads no message, and so confirms none.
   */
  async next(): Promise<WatchedChannel> {
    const connection = await this.#connection.open()
    if (connection.isBlocked) throw new Error('RabbitMQ blocks publishers: it is low on memory or disk space')
    const slot = this.#turn++ % this.options.size
    this.#slots[slot] ??= this.#open(connection, slot)
    return this.#slots[slot]
  }

  /** Closes a channel whose confirms did not arrive, and replaces it immediately. */
  discard({ channel }: WatchedChannel): void {
    this.#vacate.get(channel)?.()
    void closeQuietly(channel)
  }

  close(): Promise<void> {
    return this.#connection.close()
  }

  #open(connection: OpenConnection, slot: number): Promise<WatchedChannel> {
    const opening = openChannel(connection)
    const vacate = () => {
      if (this.#slots[slot] === opening) this.#slots[slot] = undefined
    }
    opening.then(({ channel }) => {
      this.#vacate.set(channel, vacate)
      channel.once('close', vacate)
    }, vacate)
    return opening
  }
}

async function openChannel({ model, silence }: OpenConnection): Promise<WatchedChannel> {
  const channel = await silence.during(model.createConfirmChannel())
  // The publish call fails with the reason. Without a listener, the event would end the process.
  channel.on('error', () => undefined)
  return { channel, silence }
}

/** Never rejects, even if the channel is already closed. Stays pending while the broker hangs. */
async function closeQuietly(channel: ConfirmChannel): Promise<void> {
  await channel.close().catch(() => undefined)
}
