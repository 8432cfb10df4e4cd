import { BatchPublisher } from '../batch-publisher'
import { ConfirmChannels } from './confirm-channels'
import { publishBatch } from './publish-batch'

export interface RabbitMqPublisherOptions {
  /** The nodes of one cluster, tried in this order. */
  readonly urls: readonly string[]
  readonly exchange: string
  readonly routingKey: string
  /** The message's `type` property. */
  readonly type: string
  readonly heartbeatSeconds: number
  readonly channels: number
  readonly maxWaiting: number
  /** A message that is not confirmed by then fails. */
  readonly publishWithinMs: number
}

/** Further messages use the next channel, so that the broker processes both batches at the same time. */
const MAX_BATCH = 100

/**
 * Publishes to one exchange, with one batch at a time on each of a few confirm channels. Usually the first channel is
 * enough. The number of unconfirmed messages is limited by that, so a slow broker slows its publishers down.
 */
export class RabbitMqPublisher extends BatchPublisher {
  readonly #channels: ConfirmChannels

  constructor({ urls, heartbeatSeconds, channels, maxWaiting, publishWithinMs, ...route }: RabbitMqPublisherOptions) {
    const pool = new ConfirmChannels({ urls, heartbeatSeconds, size: channels })
    super((messages, withinMs) => publishBatch(pool, route, messages, withinMs), {
      broker: 'RabbitMQ',
      maxBatch: MAX_BATCH,
      maxRunning: channels,
      maxWaiting,
      publishWithinMs,
    })
    this.#channels = pool
  }

  async close(): Promise<void> {
    await this.#channels.close()
  }
}
