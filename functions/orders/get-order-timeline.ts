import { orders } from '../composition/orders'
import { http } from '../composition/telemetry'
import { getOrderTimeline, toTimelineBody } from './contract'

export const handler = http(getOrderTimeline, async ({ params, limits }) => {
  const timeline = await orders.getTimeline(params.id, limits)
  return { body: toTimelineBody(timeline), log: { order_id: timeline.order.id } }
})
