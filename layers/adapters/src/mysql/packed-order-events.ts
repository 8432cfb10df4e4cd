import { type DomainEvent, type Order, orderEvent, type ProductId, type ToldOrder } from '@ecommerce/domain'

type PackedLine = [productId: ProductId, quantity: number, unitPriceCents: number]

type PackedOrder = [
  id: string,
  userId: string,
  channel: Order['channel'],
  status: Order['status'],
  reason: Order['reason'] | null,
  totalCents: number,
  lines: PackedLine[],
]

/**
 * What the events of orders tell, as the outbox keeps it: JSON of the values without their names, for all of a
 * transaction together. A row for each, with names and quotes, took a tenth of the orders that a machine can place.
 */
export function packOrderEvents(orders: readonly ToldOrder[]): string {
  return JSON.stringify(orders.map(packOrder))
}

function packOrder({ id, userId, channel, status, reason, totalCents, lines }: ToldOrder): PackedOrder {
  const packedLines = lines.map((line): PackedLine => [line.productId, line.quantity, line.unitPriceCents])
  return [id, userId, channel, status, reason ?? null, totalCents, packedLines]
}

export function unpackOrderEvents(json: string, at: Date): DomainEvent[] {
  const orders = JSON.parse(json) as PackedOrder[] // only `packOrderEvents` writes it
  return orders.map(([id, userId, channel, status, reason, totalCents, packedLines]) => {
    const lines = packedLines.map(([productId, quantity, unitPriceCents]) => ({ productId, quantity, unitPriceCents }))
    return orderEvent({ id, userId, channel, status, reason: reason ?? undefined, totalCents, lines, updatedAt: at })
  })
}
