import { UnavailableError } from '@ecommerce/domain'
import kafkajs, { Kafka, logLevel, Partitioners, type Producer, type TopicMessages } from 'kafkajs'
import { registerSnappy } from './snappy-codec'

export interface KafkaProducerOptions {
  readonly brokers: string[]
  readonly clientId: string
  readonly retries: number
  readonly requestTimeoutMs: number
}

const FIRST_RETRY_MS = 50
const LONGEST_RETRY_MS = 400

/**
 * An idempotent producer that waits for all in-sync replicas. kafkajs loses messages when an idempotent producer has
 * more requests in flight than partitions (tulios/kafkajs#1005): send one batch at a time.
 */
export class KafkaProducer {
  #producer: Promise<Producer> | undefined

  constructor(private readonly options: KafkaProducerOptions) {
    registerSnappy()
  }

  /**
   * Resolves when the cluster has all of it.
   * @throws {UnavailableError} then any part of it may be there, or none
   */
  async send(topicMessages: TopicMessages[]): Promise<void> {
    this.#producer ??= this.#connect()
    try {
      const producer = await this.#producer
      await producer.sendBatch({ topicMessages, acks: -1, compression: kafkajs.CompressionTypes.Snappy })
    } catch (error) {
      await this.#discard()
      throw new UnavailableError('Kafka', { cause: error })
    }
  }

  async close(): Promise<void> {
    await this.#discard()
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

  /** After a failure the producer's sequence numbers are in doubt: the next batch gets a new one. */
  async #discard(): Promise<void> {
    const discarded = this.#producer
    this.#producer = undefined
    const producer = await discarded?.catch(() => undefined)
    await producer?.disconnect()
  }
}
