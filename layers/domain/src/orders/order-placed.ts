import { isoTime } from '../iso-time'
import type { OutgoingMessage } from '../message'
import type { TraceContext } from '../tracing/trace-context'
import type { AcceptedOrder } from './order'

const MICROSECONDS = 1_000

/**
 * The message `order_placed` v1: an accepted order on its way to placement. Its JSON Schema is published; consumers
 * validate by it. A change that an old consumer would misread gets a new version.
 * @param trace that of whoever placed the order
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
        items: order.lines.map(({ productId, quantity }) => ({ product_id: productId, quantity })),
      },
      accepted_at: isoTime(order.acceptedAt),
      channel: order.channel,
    }),
    // AMQP's own timestamp has seconds only.
    headers: { 'accepted-at-us': String(order.acceptedAt.getTime() * MICROSECONDS), ...trace },
  }
}
