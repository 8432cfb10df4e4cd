import type { OutgoingMessage } from '@ecommerce/domain'
import { BatchPublisher, type Refusal } from '../batch-publisher'
import type { KafkaProducer } from './kafka-producer'

export interface KafkaPublisherOptions {
  readonly topic: string
  readonly maxBatch: number
  readonly maxWaiting: number
  /** A message that is not confirmed by then fails. */
  readonly publishWithinMs: number
}

/** Publishes to one topic, one batch at a time. */
export class KafkaPublisher extends BatchPublisher {
  constructor(producer: KafkaProducer, { topic, ...options }: KafkaPublisherOptions) {
    async function send(outgoing: readonly OutgoingMessage[], withinMs: number): Promise<Refusal[]> {
      const messages = outgoing.map(({ id, key, body, headers }) => ({
        key,
        value: body,
        headers: { 'message-id': id, ...headers },
      }))
      await producer.send([{ topic, messages }], withinMs)
      return outgoing.map(() => undefined)
    }
    super(send, { broker: 'Kafka', maxRunning: 1, ...options })
  }
}
