import { http, orders } from '../composition'
import { getOrder, toOrderBody } from './contract'

export const handler = http(getOrder, async ({ params }) => {
  const order = await orders.get(params.id)
  return { body: toOrderBody(order), log: { order_id: order.id } }
})
