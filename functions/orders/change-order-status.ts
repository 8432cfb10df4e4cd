import { orders } from '../composition/orders'
import { http } from '../composition/telemetry'
import { actorOf } from '../order-actor'
import { changeOrderStatus, toOrderBody } from './contract'

export const handler = http(changeOrderStatus, async ({ params, headers, body, caller, limits }) => {
  const order = await orders.changeStatus(
    params.id,
    body.status,
    body.note,
    headers['idempotency-key'],
    actorOf(caller),
    limits,
  )
  return { body: toOrderBody(order), log: { order_id: order.id } }
})
