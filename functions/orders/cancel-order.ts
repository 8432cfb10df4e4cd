import { orders } from '../composition/orders'
import { http } from '../composition/telemetry'
import { cancelOrder, toOrderBody } from './contract'

export const handler = http(cancelOrder, async ({ params, headers, body }) => {
  const order = await orders.changeStatus(params.id, 'cancelled', body.note, headers['idempotency-key'])
  return { body: toOrderBody(order), log: { order_id: order.id } }
})
