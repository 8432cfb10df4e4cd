import { KafkaProducer, KafkaPublisher } from '@ecommerce/adapters/kafka'
import { RabbitMqPublisher } from '@ecommerce/adapters/rabbitmq'
import { type AcceptedOrder, type AsyncChannel, type MessagePublisher, orderPlaced } from '@ecommerce/domain'
import type { Config } from '@ecommerce/runtime/config'
import { Kafka, logLevel, Partitioners } from 'kafkajs'

/** As many as may wait for a broker at once. */
const TOGETHER = 5_000
const PUBLISH_WITHIN_MS = 60_000

/** Leaves orders with a broker, as accepting them does; returns when it has all of them. */
export async function publishOrders(
  config: Config,
  channel: AsyncChannel,
  count: number,
  anOrder: () => AcceptedOrder,
): Promise<void> {
  const { publisher, close } = PUBLISHERS[channel](config)
  try {
    for (let left = count; left > 0; left -= TOGETHER) {
      const orders = Array.from({ length: Math.min(left, TOGETHER) }, anOrder)
      await Promise.all(orders.map((order) => publisher.publish(orderPlaced(order))))
    }
  } finally {
    await close()
  }
}

/** Records of a few bytes, to all partitions in turn. */
export async function publishSmallRecords(config: Config, count: number): Promise<void> {
  const producer = new Kafka({ brokers: config.KAFKA_BROKERS, logLevel: logLevel.NOTHING }).producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  })
  await producer.connect()
  try {
    for (let left = count; left > 0; left -= TOGETHER) {
      const messages = Array.from({ length: Math.min(left, TOGETHER) }, (_, at) => ({
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
    const producer = new KafkaProducer({
      brokers: config.KAFKA_BROKERS,
      clientId: 'bench',
      retries: config.KAFKA_PRODUCER_RETRIES,
      requestTimeoutMs: PUBLISH_WITHIN_MS,
    })
    const publisher = new KafkaPublisher(producer, {
      topic: config.KAFKA_TOPIC,
      maxBatch: config.KAFKA_PRODUCER_BATCH_SIZE,
      maxWaiting: TOGETHER,
      publishWithinMs: PUBLISH_WITHIN_MS,
    })
    return { publisher, close: () => producer.close() }
  },
  rabbitmq(config) {
    const publisher = new RabbitMqPublisher({
      url: config.RABBITMQ_URL,
      exchange: config.RABBITMQ_EXCHANGE,
      routingKey: config.RABBITMQ_ROUTING_KEY,
      type: 'order_placed',
      heartbeatSeconds: config.RABBITMQ_HEARTBEAT_SECONDS,
      channels: config.RABBITMQ_CHANNELS,
      maxWaiting: TOGETHER,
      publishWithinMs: PUBLISH_WITHIN_MS,
    })
    return { publisher, close: () => publisher.close() }
  },
}
