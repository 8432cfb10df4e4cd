import type { CallLimits, MessagePublisher, OutgoingMessage } from '@ecommerce/domain'
import { BatchPublisher, type Refusal } from '../batch-publisher'
import { KafkaProducer, type KafkaProducerOptions } from './kafka-producer'
import { LeaderLanes } from './leader-lanes'
import { splitBySize } from './split-by-size'

export interface KafkaPublisherOptions {
  readonly topic: string
  readonly maxBatch: number
  /** For each leader of a partition. */
  readonly maxWaiting: number
  /** A message that is not confirmed by then fails. */
  readonly publishWithinMs: number
}

/** An upper limit for everything but the body of a message: key, id and headers. */
const HEADER_BYTES = 1_024

export type OpenProducer = (options: KafkaProducerOptions) => Pick<KafkaProducer, 'send' | 'close'>

interface Lane {
  readonly producer: Pick<KafkaProducer, 'send' | 'close'>
  readonly batches: BatchPublisher
}

/**
 * Publishes to one topic. Each leader of a partition has a lane: a producer of its own, with one batch at a time.
 * Sequence numbers belong to a producer, so lanes cannot confuse each other.
 */
export class KafkaPublisher implements MessagePublisher {
  readonly #lanes: LeaderLanes<Lane>

  constructor(
    producerOptions: KafkaProducerOptions,
    options: KafkaPublisherOptions,
    openProducer: OpenProducer = (each) => new KafkaProducer(each),
  ) {
    this.#lanes = new LeaderLanes(options.topic, () => {
      const producer = openProducer({
        ...producerOptions,
        onPartitions: (_, partitions) => this.#lanes.learn(lane, partitions),
      })
      const lane = openLane(producer, options)
      return lane
    })
  }

  publish(message: OutgoingMessage, options?: CallLimits): Promise<void> {
    return this.#lanes.use(message.key, ({ batches }) => batches.publish(message, options))
  }

  async close(): Promise<void> {
    await Promise.all(this.#lanes.lanes.map(({ producer }) => producer.close()))
  }
}

function openLane(producer: Lane['producer'], { topic, ...options }: KafkaPublisherOptions): Lane {
  async function sendPart(outgoing: readonly OutgoingMessage[], withinMs: number): Promise<void> {
    const messages = outgoing.map(({ id, key, body, headers }) => ({
      key,
      value: body,
      headers: { 'message-id': id, ...headers },
    }))
    await producer.send([{ topic, messages }], withinMs)
  }
  async function send(outgoing: readonly OutgoingMessage[], withinMs: number): Promise<Refusal[]> {
    const endsAt = performance.now() + withinMs
    const [first = [], ...others] = splitBySize(outgoing, bytesOf)
    await sendPart(first, withinMs)
    const refusals: Refusal[] = first.map(() => undefined)
    let failure: Refusal
    for (const part of others) {
      // After a failure nothing more is sent: the time of the batch is shared.
      failure ??= await sendPart(part, endsAt - performance.now()).then(() => undefined, toError)
      refusals.push(...part.map(() => failure))
    }
    return refusals
  }
  return { producer, batches: new BatchPublisher(send, { broker: 'Kafka', maxRunning: 1, ...options }) }
}

function bytesOf({ body }: OutgoingMessage): number {
  return Buffer.byteLength(body) + HEADER_BYTES
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
