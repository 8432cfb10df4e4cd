import { http, orders } from '../composition'
import { createOrderRabbitMq, toOrderBody, toOrderRequest } from './contract'

export const handler = http(createOrderRabbitMq, async ({ headers, body }) => {
  const order = await orders.placeLater(toOrderRequest(body, headers['idempotency-key']), 'rabbitmq')
  return { headers: { location: `/orders/${order.id}` }, body: toOrderBody(order), log: { order_id: order.id } }
})
