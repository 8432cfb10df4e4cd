import { rabbitMqMessages } from '@ecommerce/runtime'
import { deadLetterPublishers } from '../composition/dead-letter-publishers'
import { orders } from '../composition/orders'
import { timeLimits } from '../composition/settings'
import { consumer } from '../composition/telemetry'
import { placeConsumedOrders } from '../place-consumed-orders'

export const handler = consumer(rabbitMqMessages, (messages, limits) =>
  placeConsumedOrders(messages, orders, deadLetterPublishers.rabbitmq, timeLimits, limits),
)
