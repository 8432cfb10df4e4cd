import type { CreatePoller } from './event-sources'
import { createKafkaPoller } from './kafka/kafka-poller'
import { createRabbitMqPoller } from './rabbitmq/rabbitmq-poller'

/** Creates the poller for a mapping: of a Kafka topic or a RabbitMQ queue. */
export const createBrokerPoller: CreatePoller = (mapping, parts, settings) =>
  mapping.kind === 'rabbitmq'
    ? createRabbitMqPoller(mapping, parts)
    : createKafkaPoller(mapping, parts, settings.kafka(mapping.functionKey).consumer)
