import { orders } from '../composition/orders'
import { http } from '../composition/telemetry'
import { actorFor } from '../order-actor'
import { listOrders, toOrderPage } from './contract'

export const handler = http(listOrders, async ({ query, caller, limits }) => {
  const { user_id, ...rest } = query
  const { onlyFor } = actorFor(caller, user_id)
  const page = await orders.list({ ...rest, userId: onlyFor ?? user_id }, limits)
  return { body: toOrderPage(page) }
})
