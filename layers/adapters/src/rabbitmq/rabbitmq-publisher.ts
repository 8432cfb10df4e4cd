import type { OutgoingMessage } from '@ecommerce/domain'
import { BatchPublisher } from '../batch-publisher'
import { withDeadline } from '../deadline'
import { ConfirmChannels } from './confirm-channels'
import { publishConfirmed } from './publish-confirmed'

export interface RabbitMqPublisherOptions {
  readonly url: string
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

  constructor({ url, heartbeatSeconds, channels, maxWaiting, publishWithinMs, ...route }: RabbitMqPublisherOptions) {
    const pool = new ConfirmChannels({ url, heartbeatSeconds, size: channels })
    async function send(messages: readonly OutgoingMessage[], withinMs: number) {
      const startedAt = performance.now()
      const channel = await withDeadline('RabbitMQ', withinMs, pool.next())
      try {
        const leftMs = withinMs - (performance.now() - startedAt)
        return await withDeadline('RabbitMQ', leftMs, publishConfirmed(channel, route, messages))
      } catch (error) {
        // Unconfirmed messages stay with the discarded channel, so they cannot pile up.
        pool.discard(channel)
        throw error
      }
    }
    super(send, { broker: 'RabbitMQ', maxBatch: MAX_BATCH, maxRunning: channels, maxWaiting, publishWithinMs })
    this.#channels = pool
  }

  async close(): Promise<void> {
    await this.#channels.close()
  }
}
