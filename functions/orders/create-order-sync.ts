import { orders } from '../composition/orders'
import { http } from '../composition/telemetry'
import { createOrderSync, toOrderBody, toOrderRequest } from './contract'

export const handler = http(createOrderSync, async ({ headers, body, caller, limits }) => {
  const order = await orders.placeNow(toOrderRequest(body, headers['idempotency-key'], caller), limits)
  return { headers: { location: `/orders/${order.id}` }, body: toOrderBody(order), log: { order_id: order.id } }
})
