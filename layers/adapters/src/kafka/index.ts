export { checkKafka, type KafkaCheck } from './check-kafka'
export { consumedTopics } from './consumed-topics'
export { type AdminOptions, createAdmin } from './create-admin'
export { describeKafka, type KafkaDescriptionOptions } from './describe-kafka'
export { type EventTopics, KafkaEventPublisher } from './kafka-event-publisher'
export {
  type ConsumedTopic,
  KafkaLag,
  type KafkaLagOptions,
  lagBehind,
  NOTHING_COMMITTED,
  type PartitionLag,
} from './kafka-lag'
export { KafkaProducer, type KafkaProducerOptions } from './kafka-producer'
export { KafkaPublisher, type KafkaPublisherOptions } from './kafka-publisher'
export { withAdmin } from './with-admin'
