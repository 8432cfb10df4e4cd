import type { Channel, ConsumeMessage } from 'amqplib'
import { createBatchQueue, systemTimer } from '../delivery/batch-queue'
import type { Lanes } from '../delivery/lanes'
import type { MappingStats } from '../delivery/mapping-stats'
import { retryDelayMs, wait } from '../delivery/retry-delay'
import { PAYLOAD_LIMIT_BYTES, rabbitMqEnvelopeBytes, rabbitMqMessageBytes } from '../event/payload-size'
import { toRabbitMqEvent } from '../event/rabbitmq-event'
import type { PollerParts, RabbitMqMapping } from '../event-source-mapping'
import type { Filter } from '../filter/filter-pattern'

export interface MessageContext {
  readonly mapping: RabbitMqMapping
  readonly parts: PollerParts
  readonly stats: MappingStats
  readonly lanes: Lanes
  readonly passesFilters: Filter
}

/** Delivers the messages of one channel, in batches, and settles them on that channel and no other. */
export interface MessageWorker {
  take(message: ConsumeMessage): void
  /** Gathers no more; resolves when what is under way is acknowledged or returned. */
  drain(): Promise<void>
  /** The channel is gone, and with it the right to settle anything. */
  abandon(): void
}

export function createMessageWorker(
  { mapping, parts, stats, lanes, passesFilters }: MessageContext,
  channel: Channel,
  /** A lane has ended with an error: without it fewer batches would be in flight, or none. */
  broken: (error: unknown) => void,
): MessageWorker {
  // The last message is counted with a comma that is not there.
  const maxBytes = PAYLOAD_LIMIT_BYTES - rabbitMqEnvelopeBytes(mapping) + 1
  const queue = createBatchQueue<ConsumeMessage>(
    { batchSize: largestBatch(mapping), windowMs: mapping.batchWindowMs, maxBytes },
    systemTimer,
  )
  const halt = new AbortController()
  let isAbandoned = false
  let failuresInARow = 0

  function settle(messages: readonly ConsumeMessage[], how: (message: ConsumeMessage) => void): void {
    if (!isAbandoned) for (const message of messages) how(message)
  }

  async function invoke(messages: readonly ConsumeMessage[]): Promise<boolean> {
    try {
      await parts.invoke(mapping.functionKey, toRabbitMqEvent(mapping, messages))
      failuresInARow = 0
      return true
    } catch (error) {
      stats.countFailure(error)
      failuresInARow += 1
      return false
    }
  }

  async function deliver(messages: readonly ConsumeMessage[]): Promise<void> {
    const isOver = stats.batchStarted(messages.length)
    if (await invoke(messages)) {
      settle(messages, (message) => channel.ack(message))
    } else {
      const tries = Math.max(failuresInARow, ...messages.map((message) => earlierDeliveries(message) + 1))
      await wait(retryDelayMs(parts.retryDelay, tries), halt.signal)
      if (!isAbandoned) stats.countRetry()
      // Since RabbitMQ 4.3 the delivery limit counts what is rejected, and no longer what is nacked.
      settle(messages, (message) => channel.reject(message, true))
    }
    isOver()
  }

  async function work(): Promise<void> {
    for (let batch = await queue.next(); batch !== undefined; batch = await queue.next()) {
      await deliver(batch.records)
      if (halt.signal.aborted) return
    }
  }

  const done = Array.from({ length: mapping.concurrency }, (_, lane) => lanes(lane, work).catch(broken))

  return {
    take(message) {
      if (halt.signal.aborted) return
      if (!passesFilters(message.content)) {
        stats.countFiltered()
        settle([message], () => channel.ack(message))
        return
      }
      const bytes = rabbitMqMessageBytes(message)
      if (bytes > maxBytes) {
        stats.countDiscarded(1, `payload too large (${mapping.queue})`)
        settle([message], () => channel.ack(message))
        return
      }
      queue.push(message, bytes)
    },
    async drain() {
      queue.close()
      halt.abort()
      await Promise.all(done)
    },
    abandon() {
      isAbandoned = true
      queue.close()
      halt.abort()
    },
  }
}

/** A batch that waits for more than the broker may send would wait out its window each time. Prefetch 0: no limit. */
function largestBatch({ batchSize, prefetch }: RabbitMqMapping): number {
  return prefetch === 0 ? batchSize : Math.min(batchSize, prefetch)
}

/** Counted by quorum queues only. */
function earlierDeliveries({ properties }: ConsumeMessage): number {
  const count: unknown = properties.headers?.['x-delivery-count']
  return typeof count === 'number' ? count : 0
}
