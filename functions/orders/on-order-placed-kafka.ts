import { kafkaMessages } from '@ecommerce/runtime'
import { deadLetterPublishers } from '../composition/dead-letter-publishers'
import { orders } from '../composition/orders'
import { timeLimits } from '../composition/settings'
import { consumer } from '../composition/telemetry'
import { placeConsumedOrders } from '../place-consumed-orders'

export const handler = consumer(kafkaMessages, (messages, limits) =>
  placeConsumedOrders(messages, orders, deadLetterPublishers.kafka, timeLimits, limits),
)
