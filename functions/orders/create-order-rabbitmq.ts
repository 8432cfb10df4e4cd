import { readTraceContext } from '@ecommerce/domain'
import { http, orders } from '../composition'
import { createOrderRabbitMq, toOrderBody, toOrderRequest } from './contract'

export const handler = http(createOrderRabbitMq, async ({ headers, body }, event) => {
  const request = toOrderRequest(body, headers['idempotency-key'])
  const order = await orders.placeLater(request, 'rabbitmq', readTraceContext(event.headers))
  return { headers: { location: `/orders/${order.id}` }, body: toOrderBody(order), log: { order_id: order.id } }
})
