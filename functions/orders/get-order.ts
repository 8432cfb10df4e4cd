import { orders } from '../composition/orders'
import { http } from '../composition/telemetry'
import { actorOf } from '../order-actor'
import { getOrder, toOrderBody } from './contract'

export const handler = http(getOrder, async ({ params, caller, limits }) => {
  const order = await orders.get(params.id, actorOf(caller), limits)
  return { body: toOrderBody(order), log: { order_id: order.id } }
})
