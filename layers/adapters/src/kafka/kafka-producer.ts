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

/** The part of the time of a request after which a leader that waits for a copy responds that it still waits. */
const COPIES_SHARE = 0.8

/** A connected kafkajs producer. */
interface Client {
  readonly producer: Producer
  /** Settles when the client has no batch in flight, or is discarded. */
  idle: Promise<void>
  /** Rejects when the client is discarded. */
  readonly discarded: Promise<never>
  readonly discard: (reason: unknown) => void
  isDiscarded: boolean
}

/**
 * An idempotent producer that waits for all in-sync replicas. Send one batch at a time: kafkajs loses messages when an
 * idempotent producer has more requests in flight than partitions (tulios/kafkajs#1005).
 *
 * A batch that is late stays in flight, and the next one waits for it. A leader that waits for the copy of a broker that
 * has failed confirms the batch when the cluster has removed that broker. After an error, or when a broker does not
 * respond at all, the client is replaced: its sequence numbers may be wrong.
 */
export class KafkaProducer {
  #client: Promise<Client> | undefined
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
    const client = await withDeadline('Kafka', withinMs, this.#idleClient())
    const leftMs = withinMs - (performance.now() - startedAt)
    await withDeadline('Kafka', leftMs, this.#sendWith(client, topicMessages))
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined)
    this.#client = undefined
    await client?.producer.disconnect()
  }

  async #idleClient(): Promise<Client> {
    for (;;) {
      const client = await this.#connected()
      await client.idle
      if (!client.isDiscarded) return client
    }
  }

  async #sendWith(client: Client, topicMessages: TopicMessages[]): Promise<void> {
    const timeout = Math.ceil(this.options.requestTimeoutMs * COPIES_SHARE)
    const compression = kafkajs.CompressionTypes.Snappy
    const sending = Promise.race([
      client.producer.sendBatch({ topicMessages, acks: -1, timeout, compression }),
      client.discarded,
    ])
    client.idle = sending.then(
      () => undefined,
      (error) => client.discard(error),
    )
    try {
      await sending
    } catch (error) {
      throw asUnavailable('Kafka', error)
    }
  }

  #connected(): Promise<Client> {
    this.#client ??= this.#connect().catch((error) => {
      this.#client = undefined
      throw asUnavailable('Kafka', error)
    })
    return this.#client
  }

  /**
   * Tries each broker once. kafkajs alone would stay with a broker that accepts the connection and never responds, such
   * as a frozen one.
   */
  async #connect(): Promise<Client> {
    const { brokers } = this.options
    for (let tried = 1; ; tried++) {
      const producer = this.createClient({ ...this.options, brokers: rotate(brokers, this.#firstBroker) })
      try {
        const late = () => new Error(`Kafka has not accepted the connection within ${this.#connectMs} ms`)
        await withinTime(producer.connect(), this.#connectMs, late)
        this.#connectMs = FIRST_CONNECT_MS
        return this.#keep(producer)
      } catch (error) {
        disconnectQuietly(producer)
        this.#firstBroker += 1
        this.#connectMs = Math.min(2 * this.#connectMs, LONGEST_CONNECT_MS)
        if (tried === brokers.length) throw error
      }
    }
  }

  #keep(producer: Producer): Client {
    let reject: (reason: unknown) => void = () => undefined
    const discarded = new Promise<never>((_, rejectPromise) => {
      reject = rejectPromise
    })
    discarded.catch(() => undefined)
    const client: Client = {
      producer,
      idle: Promise.resolve(),
      discarded,
      isDiscarded: false,
      discard: (reason) => {
        if (client.isDiscarded) return
        client.isDiscarded = true
        this.#client = undefined
        this.#firstBroker += 1
        disconnectQuietly(producer)
        reject(reason)
      },
    }
    producer.on('producer.network.request_timeout', ({ payload: { apiName, broker } }) =>
      client.discard(new Error(`the broker ${broker} has not responded to ${apiName}`)),
    )
    return client
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
