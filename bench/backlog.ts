import { KafkaPublisher } from '@ecommerce/adapters/kafka'
import { RabbitMqPublisher } from '@ecommerce/adapters/rabbitmq'
import { type AcceptedOrder, type AsyncChannel, type MessagePublisher, orderPlaced } from '@ecommerce/domain'
import type { Config } from '@ecommerce/runtime/config'
import { Kafka, logLevel, Partitioners } from 'kafkajs'

/** The number of messages that are published concurrently. */
const CONCURRENT = 5_000
const PUBLISH_WITHIN_MS = 60_000

/** Publishes orders as the shop does; returns when the broker has confirmed all of them. */
export async function publishOrders(
  config: Config,
  channel: AsyncChannel,
  count: number,
  anOrder: () => AcceptedOrder,
): Promise<void> {
  const { publisher, close } = PUBLISHERS[channel](config)
  try {
    for (let left = count; left > 0; left -= CONCURRENT) {
      const orders = Array.from({ length: Math.min(left, CONCURRENT) }, anOrder)
      await Promise.all(orders.map((order) => publisher.publish(orderPlaced(order))))
    }
  } finally {
    await close()
  }
}

/** Publishes records of a few bytes to all partitions in turn. */
export async function publishSmallRecords(config: Config, count: number): Promise<void> {
  const producer = new Kafka({ brokers: config.KAFKA_BROKERS, logLevel: logLevel.NOTHING }).producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  })
  await producer.connect()
  try {
    for (let left = count; left > 0; left -= CONCURRENT) {
      const messages = Array.from({ length: Math.min(left, CONCURRENT) }, (_, at) => ({
        value: `record ${at}`,
        partition: at % config.KAFKA_PARTITIONS,
      }))
      await producer.send({ topic: config.KAFKA_TOPIC, messages })
    }
  } finally {
    await producer.disconnect()
  }
}

interface OpenPublisher {
  readonly publisher: MessagePublisher
  readonly close: () => Promise<void>
}

const PUBLISHERS: Readonly<Record<AsyncChannel, (config: Config) => OpenPublisher>> = {
  kafka(config) {
    const producer = {
      brokers: config.KAFKA_BROKERS,
      clientId: 'bench',
      retries: config.KAFKA_PRODUCER_RETRIES,
      requestTimeoutMs: PUBLISH_WITHIN_MS,
    }
    const publisher = new KafkaPublisher(producer, {
      topic: config.KAFKA_TOPIC,
      maxBatch: config.KAFKA_PRODUCER_BATCH_SIZE,
      maxWaiting: CONCURRENT,
      publishWithinMs: PUBLISH_WITHIN_MS,
    })
    return { publisher, close: () => publisher.close() }
  },
  rabbitmq(config) {
    const publisher = new RabbitMqPublisher({
      urls: config.RABBITMQ_URL,
      exchange: config.RABBITMQ_EXCHANGE,
      routingKey: config.RABBITMQ_ROUTING_KEY,
      type: 'order_placed',
      heartbeatSeconds: config.RABBITMQ_HEARTBEAT_SECONDS,
      channels: config.RABBITMQ_CHANNELS,
      maxWaiting: CONCURRENT,
      publishWithinMs: PUBLISH_WITHIN_MS,
    })
    return { publisher, close: () => publisher.close() }
  },
}
