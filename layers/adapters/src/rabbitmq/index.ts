export { checkRabbitMq, type RabbitMqCheck } from './check-rabbitmq'
