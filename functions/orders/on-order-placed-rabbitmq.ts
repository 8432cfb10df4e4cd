import { rabbitMqMessages } from '@ecommerce/runtime'
import { consumer, deadLetters, orders } from '../composition'
import { placeConsumedOrders } from '../place-consumed-orders'

export const handler = consumer(rabbitMqMessages, (messages) =>
  placeConsumedOrders(messages, orders, deadLetters.rabbitmq),
)
