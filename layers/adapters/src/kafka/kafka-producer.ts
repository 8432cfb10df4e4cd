import { UnavailableError } from '@ecommerce/domain'
import kafkajs, { Kafka, logLevel, Partitioners, type Producer, type TopicMessages } from 'kafkajs'
import { registerSnappyCodec } from 'kafkajs-snappy-codec'
import { withDeadline } from '../deadline'

export interface KafkaProducerOptions {
  readonly brokers: string[]
  readonly clientId: string
  readonly retries: number
  readonly requestTimeoutMs: number
}

const FIRST_RETRY_MS = 50
const LONGEST_RETRY_MS = 400

/**
 * An idempotent producer that waits for all in-sync replicas. Send one batch at a time: kafkajs loses messages when an
 * idempotent producer has more requests in flight than partitions (tulios/kafkajs#1005).
 */
export class KafkaProducer {
  #producer: Promise<Producer> | undefined

  constructor(private readonly options: KafkaProducerOptions) {
    registerSnappyCodec()
  }

  /**
   * Resolves when the cluster has confirmed all messages.
   * @throws {UnavailableError} when the cluster may have only a part of them, or none
   */
  async send(topicMessages: TopicMessages[], withinMs: number): Promise<void> {
    const startedAt = performance.now()
    const producer = await withDeadline('Kafka', withinMs, this.#connected())
    const batch = { topicMessages, acks: -1, compression: kafkajs.CompressionTypes.Snappy }
    try {
      await withDeadline('Kafka', withinMs - (performance.now() - startedAt), producer.sendBatch(batch))
    } catch (error) {
      // The sequence numbers of this producer may be wrong now: the next batch gets a new one.
      this.#producer = undefined
      void producer.disconnect().catch(() => undefined)
      throw asUnavailable(error)
    }
  }

  async close(): Promise<void> {
    const producer = await this.#producer?.catch(() => undefined)
    this.#producer = undefined
    await producer?.disconnect()
  }

  #connected(): Promise<Producer> {
    this.#producer ??= this.#connect().catch((error) => {
      this.#producer = undefined
      throw asUnavailable(error)
    })
    return this.#producer
  }

  async #connect(): Promise<Producer> {
    const { brokers, clientId, retries, requestTimeoutMs } = this.options
    const producer = new Kafka({
      brokers,
      clientId,
      connectionTimeout: requestTimeoutMs,
      requestTimeout: requestTimeoutMs,
      logLevel: logLevel.NOTHING,
      retry: { retries, initialRetryTime: FIRST_RETRY_MS, maxRetryTime: LONGEST_RETRY_MS },
    }).producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    })
    await producer.connect()
    return producer
  }
}

function asUnavailable(error: unknown): UnavailableError {
  return error instanceof UnavailableError ? error : new UnavailableError('Kafka', { cause: error })
}
