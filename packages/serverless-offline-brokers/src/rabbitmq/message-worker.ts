import { BatchQueue, systemTimer } from '../delivery/batch-queue'
import type { Lanes } from '../delivery/lanes'
import type { MappingStats } from '../delivery/mapping-stats'
import { retryDelayMs, wait } from '../delivery/retry-delay'
import { PAYLOAD_LIMIT_BYTES, rabbitMqEnvelopeBytes, rabbitMqMessageBytes } from '../event/payload-size'
import { type RabbitMqMessage, toRabbitMqEvent } from '../event/rabbitmq-event'
import { NotInvokedError, type PollerParts, type RabbitMqMapping } from '../event-source-mapping'
import type { Filter } from '../filter/filter-pattern'
import { describeMessages } from './describe-messages'

export interface MessageContext {
  readonly mapping: RabbitMqMapping
  readonly parts: PollerParts
  readonly stats: MappingStats
  readonly lanes: Lanes
  readonly passesFilters: Filter
}

/** The part of a channel that settles deliveries. */
export interface SettlingChannel {
  ack(message: RabbitMqMessage): void
  reject(message: RabbitMqMessage, requeue: boolean): void
}

/**
 * Delivers the messages of one channel in batches. Each delivery is settled at most once, and only on its channel:
 * acknowledged when the function has processed it, when no filter matches it, or when it is too large for an event;
 * requeued, message by message, when the function failed. Once the channel is gone nothing is settled: the broker then
 * delivers these messages again.
 */
export class MessageWorker {
  readonly #queue: BatchQueue<RabbitMqMessage>
  readonly #maxBytes: number
  readonly #stopped = new AbortController()
  readonly #done: Promise<unknown>
  #isAbandoned = false
  #failuresInARow = 0

  /** @param workerFailed is called when a lane ends with an error, which leaves fewer lanes or none. */
  constructor(
    private readonly context: MessageContext,
    private readonly channel: SettlingChannel,
    workerFailed: (error: unknown) => void,
  ) {
    const { mapping, lanes } = context
    // The last message is counted with a comma that the event does not have.
    this.#maxBytes = PAYLOAD_LIMIT_BYTES - rabbitMqEnvelopeBytes(mapping) + 1
    const limits = { batchSize: largestBatch(mapping), windowMs: mapping.batchWindowMs, maxBytes: this.#maxBytes }
    this.#queue = new BatchQueue<RabbitMqMessage>(limits, systemTimer)
    const laneNumbers = Array.from({ length: mapping.concurrency }, (_, lane) => lane)
    this.#done = Promise.all(laneNumbers.map((lane) => lanes(lane, () => this.#work()).catch(workerFailed)))
  }

  accept(message: RabbitMqMessage): void {
    const { mapping, stats, passesFilters } = this.context
    if (this.#stopped.signal.aborted) return
    if (!passesFilters(message.content)) {
      stats.countFiltered()
      this.#acknowledge([message])
      return
    }
    const bytes = rabbitMqMessageBytes(message)
    if (bytes > this.#maxBytes) {
      stats.countDiscarded(1, `payload too large: ${describeMessages(mapping, [message])}, ${bytes} bytes`)
      this.#acknowledge([message])
      return
    }
    this.#queue.push(message, bytes)
  }

  /** Starts no further batch. Resolves when those in flight are acknowledged or requeued. */
  async drain(): Promise<void> {
    this.#queue.close()
    this.#stopped.abort()
    await this.#done
  }

  /** The channel is gone, and nothing can be settled any more. */
  abandon(): void {
    this.#isAbandoned = true
    this.#queue.close()
    this.#stopped.abort()
  }

  async #work(): Promise<void> {
    for (let batch = await this.#queue.next(); batch !== undefined; batch = await this.#queue.next()) {
      await this.#deliver(batch.records)
      if (this.#stopped.signal.aborted) return
    }
  }

  async #deliver(messages: readonly RabbitMqMessage[]): Promise<void> {
    const { mapping, stats } = this.context
    const batchEnded = stats.batchStarted(messages.length)
    const error = await this.#invoke(messages)
    if (error === undefined) {
      const tries = this.#triesOf(messages)
      if (tries > 1) stats.reportRecovery(describeMessages(mapping, messages), tries)
      this.#failuresInARow = 0
      this.#acknowledge(messages)
    } else await this.#requeue(messages, error)
    batchEnded()
  }

  /** Resolves to the error of the invocation, if any. */
  async #invoke(messages: readonly RabbitMqMessage[]): Promise<Error | undefined> {
    const { mapping, parts } = this.context
    try {
      await parts.invoke(mapping.functionKey, toRabbitMqEvent(mapping, messages), this.#stopped.signal)
      return undefined
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }

  #acknowledge(messages: readonly RabbitMqMessage[]): void {
    if (this.#isAbandoned) return
    for (const message of messages) this.channel.ack(message)
  }

  /** Holds the messages back for the retry delay first. */
  async #requeue(messages: readonly RabbitMqMessage[], error: Error): Promise<void> {
    const { mapping, parts, stats } = this.context
    if (!(error instanceof NotInvokedError)) {
      const tries = this.#triesOf(messages)
      this.#failuresInARow += 1
      const delayMs = retryDelayMs(parts.retryDelay, tries)
      const next = `requeued in ${delayMs} ms`
      stats.countFailure({ error, records: describeMessages(mapping, messages), tries, next })
      await wait(delayMs, this.#stopped.signal)
      if (this.#isAbandoned) return
      stats.countRetry()
    }
    if (this.#isAbandoned) return
    // Since RabbitMQ 4.3 the delivery limit of a queue counts rejected messages, but not nacked ones.
    for (const message of messages) this.channel.reject(message, true)
  }

  /** Only quorum queues count deliveries. For others, failures in a row are the best estimate. */
  #triesOf(messages: readonly RabbitMqMessage[]): number {
    return Math.max(this.#failuresInARow + 1, ...messages.map((message) => earlierDeliveries(message) + 1))
  }
}

/**
 * A batch larger than the prefetch would never fill, and so always wait for the end of its window. A prefetch of 0 means
 * no limit.
 */
function largestBatch({ batchSize, prefetch }: RabbitMqMapping): number {
  return prefetch === 0 ? batchSize : Math.min(batchSize, prefetch)
}

function earlierDeliveries({ properties }: RabbitMqMessage): number {
  const count: unknown = properties.headers?.['x-delivery-count']
  return typeof count === 'number' ? count : 0
}
