import type { CreatePoller } from './event-sources'
import { createKafkaPoller } from './kafka/kafka-poller'
import { createRabbitMqPoller } from './rabbitmq/rabbitmq-poller'

/** The poller for what a mapping names: a topic or a queue. */
export const createBrokerPoller: CreatePoller = (mapping, parts, settings) =>
  mapping.kind === 'rabbitmq'
    ? createRabbitMqPoller(mapping, parts)
    : createKafkaPoller(mapping, parts, settings.kafka(mapping.functionKey).consumer)
