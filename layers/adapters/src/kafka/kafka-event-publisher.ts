import type { EventPublisher, RecordedEvent } from '@ecommerce/domain'
import type { TopicMessages } from 'kafkajs'
import { toEventMessage } from './event-message'
import type { KafkaProducer } from './kafka-producer'

export type EventTopics = Readonly<Record<RecordedEvent['aggregate'], string>>

/** A broker takes at most 1 MB of one partition at a time, unless told otherwise. */
const MAX_PORTION_BYTES = 768 * 1024
/** More than what is around the data of an event: key, headers and the rest of the body. */
const ENVELOPE_BYTES = 512

/** Nobody waits for an answer, and a portion that is given up is sent again: better late than twice. */
const SEND_WITHIN_MS = 30_000

/** Publishes the events of each kind of aggregate to a topic of their own, under the aggregate's id as key. */
export class KafkaEventPublisher implements EventPublisher {
  constructor(
    private readonly producer: KafkaProducer,
    private readonly topics: EventTopics,
  ) {}

  async publishAll(events: readonly RecordedEvent[]): Promise<void> {
    for (const portion of portionsOf(events)) await this.producer.send(this.#toTopicMessages(portion), SEND_WITHIN_MS)
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

/** Usually all of them are one portion. */
function portionsOf(events: readonly RecordedEvent[]): (readonly RecordedEvent[])[] {
  const portions: RecordedEvent[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const event of events) {
    const size = Buffer.byteLength(event.data) + ENVELOPE_BYTES
    if (bytes + size > MAX_PORTION_BYTES) {
      portions.push([])
      bytes = 0
    }
    portions.at(-1)?.push(event)
    bytes += size
  }
  return portions
}
