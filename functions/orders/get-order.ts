import { orders } from '../composition/orders'
import { http } from '../composition/telemetry'
import { getOrder, toOrderBody } from './contract'

export const handler = http(getOrder, async ({ params }) => {
  const order = await orders.get(params.id)
  return { body: toOrderBody(order), log: { order_id: order.id } }
})
