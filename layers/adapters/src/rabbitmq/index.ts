export { checkRabbitMq, type RabbitMqCheck } from './check-rabbitmq'
export { describeRabbitMq, type RabbitMqDescriptionOptions } from './describe-rabbitmq'
export { type QueueDepth, RabbitMqDepth, type RabbitMqDepthOptions } from './rabbitmq-depth'
export { RabbitMqPublisher, type RabbitMqPublisherOptions } from './rabbitmq-publisher'
