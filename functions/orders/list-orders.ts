import { orders } from '../composition/orders'
import { http } from '../composition/telemetry'
import { listOrders, toOrderPage } from './contract'

export const handler = http(listOrders, async ({ query, limits }) => {
  const { user_id, ...rest } = query
  const page = await orders.list({ ...rest, userId: user_id }, limits)
  return { body: toOrderPage(page) }
})
