import { readTraceContext } from '@ecommerce/domain'
import '../composition/kafka' // Load the client with the function, not with its first request.
import { orders } from '../composition/orders'
import { http } from '../composition/telemetry'
import { createOrderKafka, toOrderBody, toOrderRequest } from './contract'

export const handler = http(createOrderKafka, async ({ headers, body, caller, limits }, event) => {
  const request = toOrderRequest(body, headers['idempotency-key'], caller)
  const order = await orders.placeLater(request, 'kafka', readTraceContext(event.headers), limits)
  return { headers: { location: `/orders/${order.id}` }, body: toOrderBody(order), log: { order_id: order.id } }
})
