import { orders } from '../composition/orders'
import { http } from '../composition/telemetry'
import { getOrder, toOrderBody } from './contract'

export const handler = http(getOrder, async ({ params, limits }) => {
  const order = await orders.get(params.id, limits)
  return { body: toOrderBody(order), log: { order_id: order.id } }
})
