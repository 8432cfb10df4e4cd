import { RabbitMqPublisher } from '@ecommerce/adapters/rabbitmq'
import type { MessagePublisher } from '@ecommerce/domain'
import { lifecycle } from './lifecycle'
import { config } from './settings'
import { traced } from './telemetry'

export const orderPublisher = createPublisher(config.RABBITMQ_EXCHANGE)

export const deadLetterPublisher = createPublisher(config.RABBITMQ_DLX)

function createPublisher(exchange: string): MessagePublisher {
  const routingKey = config.RABBITMQ_ROUTING_KEY
  const publisher = new RabbitMqPublisher({
    urls: config.RABBITMQ_URL,
    exchange,
    routingKey,
    type: 'order_placed',
    heartbeatSeconds: config.RABBITMQ_HEARTBEAT_SECONDS,
    channels: config.RABBITMQ_CHANNELS,
    maxWaiting: config.PUBLISH_QUEUE_SIZE,
    publishWithinMs: config.PUBLISH_WITHIN_MS,
  })
  lifecycle.onClose('brokers', () => publisher.close())
  return traced(publisher, { broker: 'rabbitmq', destination: `${exchange}:${routingKey}` })
}
