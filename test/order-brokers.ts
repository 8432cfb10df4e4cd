import { KafkaPublisher } from '@ecommerce/adapters/kafka'
import { RabbitMqPublisher } from '@ecommerce/adapters/rabbitmq'
import type { AsyncChannel, MessagePublisher } from '@ecommerce/domain'
import { readConfig } from '@ecommerce/runtime/config'
import { afterAll } from 'vitest'

/** Publishes any bytes to the topic and the exchange of the orders, without the shop. */
export function useOrderBrokers(): Readonly<Record<AsyncChannel, MessagePublisher>> {
  const config = readConfig()
  const { PUBLISH_WITHIN_MS: publishWithinMs, PUBLISH_QUEUE_SIZE: maxWaiting } = config
  const producer = {
    brokers: config.KAFKA_BROKERS,
    clientId: 'tests',
    retries: config.KAFKA_PRODUCER_RETRIES,
    requestTimeoutMs: publishWithinMs,
  }
  // Batches of one message, so that messages keep the order in which a test sends them.
  const kafka = new KafkaPublisher(producer, { topic: config.KAFKA_TOPIC, maxBatch: 1, maxWaiting, publishWithinMs })
  const rabbitmq = new RabbitMqPublisher({
    urls: config.RABBITMQ_URL,
    exchange: config.RABBITMQ_EXCHANGE,
    routingKey: config.RABBITMQ_ROUTING_KEY,
    type: 'order_placed',
    heartbeatSeconds: config.RABBITMQ_HEARTBEAT_SECONDS,
    channels: 1,
    maxWaiting,
    publishWithinMs,
  })
  afterAll(() => Promise.all([kafka.close(), rabbitmq.close()]))
  return { kafka, rabbitmq }
}
