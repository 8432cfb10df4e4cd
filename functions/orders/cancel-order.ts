import { orders } from '../composition/orders'
import { http } from '../composition/telemetry'
import { actorOf } from '../order-actor'
import { cancelOrder, toOrderBody } from './contract'

export const handler = http(cancelOrder, async ({ params, headers, body, caller, limits }) => {
  const order = await orders.changeStatus(
    params.id,
    'cancelled',
    body.note,
    headers['idempotency-key'],
    actorOf(caller),
    limits,
  )
  return { body: toOrderBody(order), log: { order_id: order.id } }
})
