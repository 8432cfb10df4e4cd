import { orders } from '../composition/orders'
import { http } from '../composition/telemetry'
import { actorOf } from '../order-actor'
import { getOrderTimeline, toTimelineBody } from './contract'

export const handler = http(getOrderTimeline, async ({ params, caller, limits }) => {
  const timeline = await orders.getTimeline(params.id, actorOf(caller), limits)
  return { body: toTimelineBody(timeline), log: { order_id: timeline.order.id } }
})
