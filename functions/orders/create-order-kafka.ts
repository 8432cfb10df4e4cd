import { http, orders } from '../composition'
import { createOrderKafka, toOrderBody, toOrderRequest } from './contract'

export const handler = http(createOrderKafka, async ({ headers, body }) => {
  const order = await orders.placeLater(toOrderRequest(body, headers['idempotency-key']), 'kafka')
  return { headers: { location: `/orders/${order.id}` }, body: toOrderBody(order), log: { order_id: order.id } }
})
