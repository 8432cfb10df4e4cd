import { orders } from '../composition/orders'
import { http } from '../composition/telemetry'
import { cancelOrder, toOrderBody } from './contract'

export const handler = http(cancelOrder, async ({ params, headers, body, limits }) => {
  const order = await orders.changeStatus(params.id, 'cancelled', body.note, headers['idempotency-key'], limits)
  return { body: toOrderBody(order), log: { order_id: order.id } }
})
