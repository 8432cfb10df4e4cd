import type { DomainEvent } from '../domain-event'
import type { Order, OrderLine } from './order'
import type { RecordedStatus } from './order-status'

const EVENT_OF_STATUS = {
  confirmed: 'order_confirmed',
  rejected: 'order_rejected',
  cancelled: 'order_cancelled',
  shipped: 'order_shipped',
  delivered: 'order_delivered',
} as const satisfies Record<RecordedStatus, DomainEvent['type']>

/** The part of an order that its events report. */
export type ReportedOrder = Pick<
  Order,
  'id' | 'userId' | 'channel' | 'status' | 'reason' | 'totalCents' | 'updatedAt'
> & {
  readonly lines: readonly Omit<OrderLine, 'name'>[]
}

/** The event that reports the current status of an order. */
export function orderEvent(order: ReportedOrder): DomainEvent {
  return {
    type: EVENT_OF_STATUS[order.status],
    version: 1,
    aggregate: 'order',
    aggregateId: order.id,
    at: order.updatedAt,
    data: {
      id: order.id,
      user_id: order.userId,
      channel: order.channel,
      status: order.status,
      reason: order.reason,
      total_cents: order.totalCents,
      items: order.lines.map(({ productId, quantity, unitPriceCents }) => ({
        product_id: productId,
        quantity,
        unit_price_cents: unitPriceCents,
      })),
    },
  }
}
