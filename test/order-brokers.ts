import { KafkaProducer, KafkaPublisher } from '@ecommerce/adapters/kafka'
import { RabbitMqPublisher } from '@ecommerce/adapters/rabbitmq'
import type { AsyncChannel, MessagePublisher } from '@ecommerce/domain'
import { readConfig } from '@ecommerce/runtime/config'
import { afterAll } from 'vitest'

/** Puts messages straight into the topic and the exchange that orders go through, past the shop: any bytes at all. */
export function useOrderBrokers(): Readonly<Record<AsyncChannel, MessagePublisher>> {
  const config = readConfig()
  const { PUBLISH_WITHIN_MS: publishWithinMs, PUBLISH_QUEUE_SIZE: maxWaiting } = config
  const producer = new KafkaProducer({
    brokers: config.KAFKA_BROKERS,
    clientId: 'tests',
    retries: config.KAFKA_PRODUCER_RETRIES,
    requestTimeoutMs: publishWithinMs,
  })
  const rabbitmq = new RabbitMqPublisher({
    url: config.RABBITMQ_URL,
    exchange: config.RABBITMQ_EXCHANGE,
    routingKey: config.RABBITMQ_ROUTING_KEY,
    type: 'order_placed',
    heartbeatSeconds: config.RABBITMQ_HEARTBEAT_SECONDS,
    channels: 1,
    maxWaiting,
    publishWithinMs,
  })
  afterAll(() => Promise.all([producer.close(), rabbitmq.close()]))
  return {
    // One by one: what a test sends after another message is behind it.
    kafka: new KafkaPublisher(producer, { topic: config.KAFKA_TOPIC, maxBatch: 1, maxWaiting, publishWithinMs }),
    rabbitmq,
  }
}
