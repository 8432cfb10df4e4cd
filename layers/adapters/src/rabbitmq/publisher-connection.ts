import { setTimeout as delay } from 'node:timers/promises'
import type { ChannelModel } from 'amqplib'
import { closeConnection, connectTo } from './connect-rabbitmq'
import { SilenceWatch, type WatchedConnection, watchable } from './silence-watch'

export interface PublisherConnectionOptions {
  /** The nodes of one cluster, tried in this order. */
  readonly urls: readonly string[]
  readonly heartbeatSeconds: number
}

export interface OpenConnection extends Pick<WatchedConnection, 'isBlocked'> {
  readonly model: ChannelModel
  readonly silence: SilenceWatch
}

/**
 * The time limit of each address. A node that works responds much faster. It doubles after each failed round, so that a
 * slow node is reached, too.
 */
const CONNECT_WITHIN_MS = 1_000
const MAX_DOUBLINGS = 3
/** The pause after all addresses have failed, half of it random, so that many processes do not return together. */
const RETRY_PAUSE_MS = 500

/**
 * The connection of the publishers. Connects at the first use, and again at the next use after it was lost. It tries
 * the addresses in the order of the list; the address that was lost last is the last one to try.
 */
export class PublisherConnection {
  #opening: Promise<OpenConnection> | undefined
  #lostUrl: string | undefined
  readonly #closed = new AbortController()

  constructor(
    private readonly options: PublisherConnectionOptions,
    private readonly random = Math.random,
  ) {}

  /** Waits for a connection without a time limit, until `close` is called. */
  open(): Promise<OpenConnection> {
    this.#opening ??= this.#connect()
    return this.#opening
  }

  async close(): Promise<void> {
    this.#closed.abort(new Error('the publisher is closed'))
    const connection = await this.#opening?.catch(() => undefined)
    if (connection) await closeConnection(connection.model)
  }

  async #connect(): Promise<OpenConnection> {
    const { signal } = this.#closed
    for (let round = 0; ; round++) {
      const withinMs = CONNECT_WITHIN_MS * 2 ** Math.min(round, MAX_DOUBLINGS)
      for (const url of this.#inOrder()) {
        signal.throwIfAborted()
        const model = await this.#tryTo(url, withinMs)
        if (model) return this.#keep(model, url)
      }
      await delay(RETRY_PAUSE_MS * (0.5 + this.random() / 2), undefined, { signal })
    }
  }

  #inOrder(): readonly string[] {
    const { urls } = this.options
    return urls.toSorted((a, b) => Number(a === this.#lostUrl) - Number(b === this.#lostUrl))
  }

  async #tryTo(url: string, withinMs: number): Promise<ChannelModel | undefined> {
    try {
      return await connectTo(url, { heartbeatSeconds: this.options.heartbeatSeconds, withinMs })
    } catch {
      // The readiness check reports the reason. Here another address, or the next try, may succeed.
      return undefined
    }
  }

  #keep(model: ChannelModel, url: string): OpenConnection {
    model.once('close', () => {
      this.#lostUrl = url
      this.#opening = undefined
    })
    const watched = watchable(model)
    return {
      model,
      silence: new SilenceWatch(watched),
      get isBlocked() {
        return watched.isBlocked
      },
    }
  }
}
