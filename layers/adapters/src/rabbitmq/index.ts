export { checkRabbitMq, type RabbitMqCheck } from './check-rabbitmq'
export { describeRabbitMq, type RabbitMqDescriptionOptions } from './describe-rabbitmq'
export { RabbitMqPublisher, type RabbitMqPublisherOptions } from './rabbitmq-publisher'
