import type { ConsumedTopic } from './kafka-lag'

interface Names {
  readonly KAFKA_TOPIC: string
  readonly KAFKA_DLQ_TOPIC: string
  readonly KAFKA_GROUP_ID: string
}

/** The topics that functions consume, each with its consumer group. The `functions.yml` files declare the same. */
export function consumedTopics({ KAFKA_TOPIC, KAFKA_DLQ_TOPIC, KAFKA_GROUP_ID }: Names): readonly ConsumedTopic[] {
  return [
    { topic: KAFKA_TOPIC, group: KAFKA_GROUP_ID },
    { topic: KAFKA_DLQ_TOPIC, group: `${KAFKA_GROUP_ID}-dead-letters` },
  ]
}
