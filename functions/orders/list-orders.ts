import { orders } from '../composition/orders'
import { http } from '../composition/telemetry'
import { listOrders, toOrderPage } from './contract'

export const handler = http(listOrders, async ({ query }) => {
  const { user_id, ...rest } = query
  const page = await orders.list({ ...rest, userId: user_id })
  return { body: toOrderPage(page) }
})
