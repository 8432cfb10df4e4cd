import { isoTime } from '../iso-time'
import type { OutgoingMessage } from '../message'
import type { TraceContext } from '../tracing/trace-context'
import type { AcceptedOrder } from './order'

const MICROSECONDS = 1_000

/**
 * The message `order_placed` v1: an accepted order to be placed by a consumer. Its JSON Schema is published, and
 * consumers validate messages with it. A change that an old consumer would misread needs a new version.
 * @param trace the trace context of the request
 */
export function orderPlaced(order: AcceptedOrder, trace?: TraceContext): OutgoingMessage {
  return {
    id: order.id,
    key: order.userId,
    body: JSON.stringify({
      type: 'order_placed',
      version: 1,
      order: {
        id: order.id,
        user_id: order.userId,
        placed_by: order.placedBy,
        items: order.lines.map(({ productId, quantity }) => ({ product_id: productId, quantity })),
      },
      accepted_at: isoTime(order.acceptedAt),
      channel: order.channel,
    }),
    // The timestamp of AMQP has a resolution of seconds.
    headers: { 'accepted-at-us': String(order.acceptedAt.getTime() * MICROSECONDS), ...trace },
  }
}
