import { kafkaMessages } from '@ecommerce/runtime'
import { consumer, deadLetters, orders } from '../composition'
import { placeConsumedOrders } from '../place-consumed-orders'

export const handler = consumer(kafkaMessages, (messages) => placeConsumedOrders(messages, orders, deadLetters.kafka))
