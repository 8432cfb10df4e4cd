import type { EventPublisher, RecordedEvent } from '@ecommerce/domain'
import type { TopicMessages } from 'kafkajs'
import { toEventMessage } from './event-message'
import type { KafkaProducer } from './kafka-producer'
import { splitBySize } from './split-by-size'

export type EventTopics = Readonly<Record<RecordedEvent['aggregate'], string>>

/** An upper limit for everything but the data of an event: key, headers and the rest of the body. */
const ENVELOPE_BYTES = 512

/** Long, because no caller waits, and a request that is given up too early is sent twice. */
const SEND_WITHIN_MS = 30_000

/** Publishes the events of products and of orders to one topic each. The key is the id of the aggregate. */
export class KafkaEventPublisher implements EventPublisher {
  constructor(
    private readonly producer: KafkaProducer,
    private readonly topics: EventTopics,
  ) {}

  async publishAll(events: readonly RecordedEvent[]): Promise<void> {
    for (const part of splitBySize(events, bytesOf))
      await this.producer.send(this.#toTopicMessages(part), SEND_WITHIN_MS)
  }

  #toTopicMessages(events: readonly RecordedEvent[]): TopicMessages[] {
    const messages: Record<RecordedEvent['aggregate'], TopicMessages['messages']> = { product: [], order: [] }
    for (const event of events) messages[event.aggregate].push(toEventMessage(event))
    return [
      { topic: this.topics.product, messages: messages.product },
      { topic: this.topics.order, messages: messages.order },
    ].filter((topic) => topic.messages.length > 0)
  }
}

function bytesOf({ data }: RecordedEvent): number {
  return Buffer.byteLength(data) + ENVELOPE_BYTES
}
