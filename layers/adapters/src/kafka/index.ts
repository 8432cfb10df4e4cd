export { checkKafka, type KafkaCheck } from './check-kafka'
