import { withinTime } from '@ecommerce/domain'
import kafkajs, {
  Kafka,
  logLevel,
  Partitioners,
  type PartitionMetadata,
  type Producer,
  type TopicMessages,
} from 'kafkajs'
import { registerSnappyCodec } from 'kafkajs-snappy-codec'
import { withDeadline } from '../deadline'
import { asUnavailable } from '../unavailable'
import { rotate } from './rotate'

export interface KafkaProducerOptions {
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly retries: number
  readonly requestTimeoutMs: number
  /** Called when the producer has learned the partitions of a topic, with their leaders. */
  readonly onPartitions?: ((topic: string, partitions: readonly PartitionMetadata[]) => void) | undefined
}

/** Creates a client that connects to the first broker of the list. */
export type CreateClient = (options: KafkaProducerOptions) => Producer

const FIRST_RETRY_MS = 50
const LONGEST_RETRY_MS = 400
/**
 * The time to connect to one broker, and to get the id of a producer. It doubles after each failed try, so that a slow
 * cluster is reached, too.
 */
const FIRST_CONNECT_MS = 1_000
const LONGEST_CONNECT_MS = 16_000

/**
 * An idempotent producer that waits for all in-sync replicas. Send one batch at a time: kafkajs loses messages when an
 * idempotent producer has more requests in flight than partitions (tulios/kafkajs#1005).
 */
export class KafkaProducer {
  #producer: Promise<Producer> | undefined
  /** The broker of the list to connect to first. After a failure it is the next one. */
  #firstBroker = 0
  #connectMs = FIRST_CONNECT_MS

  constructor(
    private readonly options: KafkaProducerOptions,
    private readonly createClient: CreateClient = createIdempotentProducer,
  ) {
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
      this.#firstBroker += 1
      disconnectQuietly(producer)
      throw asUnavailable('Kafka', error)
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
      throw asUnavailable('Kafka', error)
    })
    return this.#producer
  }

  /**
   * Tries each broker once. kafkajs alone would stay with a broker that accepts the connection and never responds, such
   * as a frozen one.
   */
  async #connect(): Promise<Producer> {
    const { brokers } = this.options
    for (let tried = 1; ; tried++) {
      const producer = this.createClient({ ...this.options, brokers: rotate(brokers, this.#firstBroker) })
      try {
        const late = () => new Error(`Kafka has not accepted the connection within ${this.#connectMs} ms`)
        await withinTime(producer.connect(), this.#connectMs, late)
        this.#connectMs = FIRST_CONNECT_MS
        return producer
      } catch (error) {
        disconnectQuietly(producer)
        this.#firstBroker += 1
        this.#connectMs = Math.min(2 * this.#connectMs, LONGEST_CONNECT_MS)
        if (tried === brokers.length) throw error
      }
    }
  }
}

function createIdempotentProducer({
  brokers,
  clientId,
  retries,
  requestTimeoutMs,
  onPartitions,
}: KafkaProducerOptions) {
  return new Kafka({
    brokers: [...brokers],
    clientId,
    connectionTimeout: FIRST_CONNECT_MS,
    requestTimeout: requestTimeoutMs,
    logLevel: logLevel.NOTHING,
    retry: { retries, initialRetryTime: FIRST_RETRY_MS, maxRetryTime: LONGEST_RETRY_MS },
  }).producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: () => reportingPartitioner(onPartitions),
  })
}

/** The default partitioner. kafkajs passes the partitions to it, in a new list whenever it has refreshed its metadata. */
function reportingPartitioner(onPartitions: KafkaProducerOptions['onPartitions']) {
  const partition = Partitioners.DefaultPartitioner()
  let known: readonly PartitionMetadata[] | undefined
  return (args: Parameters<typeof partition>[0]) => {
    if (args.partitionMetadata !== known) {
      known = args.partitionMetadata
      onPartitions?.(args.topic, known)
    }
    return partition(args)
  }
}

/** Does not wait: a broker that does not respond also delays the end of its connections. */
function disconnectQuietly(producer: Producer): void {
  void producer.disconnect().catch(() => undefined)
}
