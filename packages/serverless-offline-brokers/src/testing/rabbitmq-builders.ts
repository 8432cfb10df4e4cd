import type { RabbitMqMapping } from '../event-source-mapping'

/** A mapping with the defaults of AWS, except that batches are delivered immediately. */
export function aRabbitMqMapping(overrides: Partial<RabbitMqMapping> = {}): RabbitMqMapping {
  return {
    kind: 'rabbitmq',
    name: 'on-order:rabbitmq:orders',
    functionKey: 'on-order',
    enabled: true,
    batchSize: 100,
    batchWindowMs: 0,
    filters: [],
    urls: ['amqp://localhost'],
    virtualHost: '/',
    queue: 'orders',
    eventSourceArn: 'arn:aws:mq:us-east-1:000000000000:broker:test:b-0',
    prefetch: 100,
    concurrency: 1,
    ...overrides,
  }
}
