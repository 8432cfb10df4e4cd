import type { Channel, Order, OrderLine, RecordedStatus, RejectionReason, Shortage } from '@ecommerce/domain'

export const ORDER_COLUMNS = `seq, id, user_id, channel, status, reason, shortages, total_cents, fingerprint,
  accepted_at, consumed_at, committed_at, updated_at, placed_by`

export interface OrderRow {
  seq: number
  id: string
  user_id: string
  channel: Channel
  status: RecordedStatus
  reason: RejectionReason | null
  shortages: string | null
  total_cents: number
  fingerprint: string
  accepted_at: Date
  consumed_at: Date
  committed_at: Date
  updated_at: Date
  placed_by: string | null
}

export interface LineRow {
  order_id: string
  product_id: number
  name: string
  unit_price_cents: number
  quantity: number
}

export function toOrder(row: OrderRow, lines: readonly LineRow[]): Order {
  return {
    id: row.id,
    userId: row.user_id,
    channel: row.channel,
    status: row.status,
    reason: row.reason ?? undefined,
    // Only `writePlacement` writes this column.
    shortages: row.shortages === null ? undefined : (JSON.parse(row.shortages) as Shortage[]),
    lines: lines.map(toLine),
    totalCents: row.total_cents,
    fingerprint: row.fingerprint,
    acceptedAt: row.accepted_at,
    consumedAt: row.consumed_at,
    committedAt: row.committed_at,
    updatedAt: row.updated_at,
    placedBy: row.placed_by ?? undefined,
  }
}

function toLine(row: LineRow): OrderLine {
  return {
    productId: row.product_id,
    name: row.name,
    unitPriceCents: row.unit_price_cents,
    quantity: row.quantity,
  }
}
