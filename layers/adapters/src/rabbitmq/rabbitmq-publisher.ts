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
  /** After this a caller is told that the message is not confirmed. */
  readonly publishWithinMs: number
}

/** More than this go over the next channel: the broker works on both meanwhile. */
const MAX_BATCH = 100

/**
 * Publishes to one exchange, one batch at a time on each of a few confirm channels; the first is enough for most. What is
 * under way is bounded by that, so a broker that confirms slowly slows its publishers down.
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
        // What is in doubt stays with this channel: it would only grow there.
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
