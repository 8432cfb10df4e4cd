export { checkKafka, type KafkaCheck } from './check-kafka'
export { KafkaProducer, type KafkaProducerOptions } from './kafka-producer'
export { KafkaPublisher, type KafkaPublisherOptions } from './kafka-publisher'
