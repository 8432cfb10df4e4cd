export { checkRabbitMq, type RabbitMqCheck } from './check-rabbitmq'
export { RabbitMqPublisher, type RabbitMqPublisherOptions } from './rabbitmq-publisher'
