import { type Order, orderEventData, type ProductId, type ToldOrder } from '@ecommerce/domain'

type LineValues = [productId: ProductId, quantity: number, unitPriceCents: number]

type OrderValues = [
  userId: string,
  channel: Order['channel'],
  status: Order['status'],
  reason: Order['reason'] | null,
  totalCents: number,
  lines: LineValues[],
]

/**
 * What an event tells of an order, as the outbox keeps it: JSON of the values without their names. Each order placed
 * writes one, and names and quotes are most of a text that is escaped here, and read and stored by MySQL, while
 * the order waits. The relay puts them back.
 */
export function toValues({ userId, channel, status, reason, totalCents, lines }: ToldOrder): string {
  const lineValues = lines.map((line): LineValues => [line.productId, line.quantity, line.unitPriceCents])
  const values: OrderValues = [userId, channel, status, reason ?? null, totalCents, lineValues]
  return JSON.stringify(values)
}

/** The data of all other events are objects; so are those of orders that an earlier version has written. */
export function isValues(json: string): boolean {
  return json.startsWith('[')
}

/** @returns the data of the event of an order, as JSON text */
export function fromValues(id: string, json: string): string {
  // Only `toValues` writes arrays.
  const [userId, channel, status, reason, totalCents, lineValues] = JSON.parse(json) as OrderValues
  const lines = lineValues.map(([productId, quantity, unitPriceCents]) => ({ productId, quantity, unitPriceCents }))
  return JSON.stringify(orderEventData({ id, userId, channel, status, reason: reason ?? undefined, totalCents, lines }))
}
