import type { OutgoingMessage } from '@ecommerce/domain'
import type { Refusal } from '../batch-publisher'
import { withDeadline } from '../deadline'
import { asUnavailable } from '../unavailable'
import type { WatchedChannel } from './confirm-channels'
import { type PublishRoute, publishConfirmed } from './publish-confirmed'

export interface ChannelPool {
  /** Waits for the connection without a time limit. */
  next(): Promise<WatchedChannel>
  /** Closes a channel whose confirms did not arrive, and replaces it. */
  discard(channel: WatchedChannel): void
}

/**
 * Publishes a batch on the next channel. Each message has its own result.
 * @throws {UnavailableError} whatever the broker, the network or amqplib reports
 */
export async function publishBatch(
  pool: ChannelPool,
  route: PublishRoute,
  messages: readonly OutgoingMessage[],
  withinMs: number,
): Promise<readonly Refusal[]> {
  const startedAt = performance.now()
  try {
    const channel = await withDeadline('RabbitMQ', withinMs, pool.next())
    const leftMs = withinMs - (performance.now() - startedAt)
    return await publishOn(channel, pool, route, messages, leftMs)
  } catch (error) {
    throw asUnavailable('RabbitMQ', error)
  }
}

async function publishOn(
  watched: WatchedChannel,
  pool: ChannelPool,
  route: PublishRoute,
  messages: readonly OutgoingMessage[],
  withinMs: number,
): Promise<readonly Refusal[]> {
  const { channel, silence } = watched
  try {
    return await withDeadline('RabbitMQ', withinMs, silence.during(publishConfirmed(channel, route, messages)))
  } catch (error) {
    // Unconfirmed messages stay with the discarded channel, so they cannot pile up.
    pool.discard(watched)
    throw error
  }
}
