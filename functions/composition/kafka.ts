import {
  KafkaEventPublisher,
  KafkaProducer,
  type KafkaProducerOptions,
  KafkaPublisher,
} from '@ecommerce/adapters/kafka'
import type { MessagePublisher } from '@ecommerce/domain'
import { lifecycle } from './lifecycle'
import { config } from './settings'
import { traced } from './telemetry'

export const orderPublisher = createPublisher(config.KAFKA_TOPIC)

export const deadLetterPublisher = createPublisher(config.KAFKA_DLQ_TOPIC)

export const eventPublisher = new KafkaEventPublisher(createProducer(), {
  product: config.KAFKA_PRODUCT_EVENTS_TOPIC,
  order: config.KAFKA_ORDER_EVENTS_TOPIC,
})

function createPublisher(topic: string): MessagePublisher {
  const publisher = new KafkaPublisher(producerOptions(), {
    topic,
    maxBatch: config.KAFKA_PRODUCER_BATCH_SIZE,
    maxWaiting: config.PUBLISH_QUEUE_SIZE,
    publishWithinMs: config.PUBLISH_WITHIN_MS,
  })
  lifecycle.onClose('brokers', () => publisher.close())
  return traced(publisher, { broker: 'kafka', destination: topic })
}

function createProducer(): KafkaProducer {
  const producer = new KafkaProducer(producerOptions())
  lifecycle.onClose('brokers', () => producer.close())
  return producer
}

function producerOptions(): KafkaProducerOptions {
  return {
    brokers: config.KAFKA_BROKERS,
    clientId: 'ecommerce',
    retries: config.KAFKA_PRODUCER_RETRIES,
    requestTimeoutMs: config.PUBLISH_WITHIN_MS,
  }
}
