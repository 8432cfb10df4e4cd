export { checkKafka, type KafkaCheck } from './check-kafka'
export { type EventTopics, KafkaEventPublisher } from './kafka-event-publisher'
export { KafkaProducer, type KafkaProducerOptions } from './kafka-producer'
export { KafkaPublisher, type KafkaPublisherOptions } from './kafka-publisher'
