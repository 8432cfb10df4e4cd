import { earlierOf } from '../clock'
import type { Product, ProductId } from '../products/product'
import {
  type AcceptedOrder,
  type Order,
  type OrderLine,
  type RejectionReason,
  type RequestedLine,
  type Shortage,
  totalCents,
} from './order'

/** The result of placing one order. */
export type Outcome =
  | { readonly kind: 'confirmed'; readonly order: Order }
  | { readonly kind: 'rejected'; readonly order: Order }
  /** `first` has the same id. `sameRequest` is false when the idempotency key was used with other lines. */
  | { readonly kind: 'duplicate'; readonly first: Order; readonly sameRequest: boolean }
  | { readonly kind: 'unknown-product'; readonly productIds: readonly ProductId[]; readonly order?: Order | undefined }

/** The part of a product that a placement needs. */
export type StockedProduct = Pick<Product, 'id' | 'name' | 'priceCents' | 'stock'>

export interface Placement {
  /** One per order, in the same order. */
  readonly outcomes: readonly Outcome[]
  /** The confirmed and rejected orders to record. Each id occurs once. */
  readonly orders: readonly Order[]
  /** The number of units to take from each product. */
  readonly sold: ReadonlyMap<ProductId, number>
}

export interface PlacementInput {
  readonly orders: readonly AcceptedOrder[]
  /** The already recorded orders with these ids. */
  readonly recorded: ReadonlyMap<string, Order>
  /** The products of the orders. A missing product is unknown. */
  readonly products: ReadonlyMap<ProductId, StockedProduct>
  readonly at: Date
}

/**
 * Decides a batch of orders: drops duplicates by id, then allocates stock in order of arrival, for all lines of an
 * order or for none. Pure: the caller locks the products before, and writes the result after, in one transaction.
 */
export function placeOrders({ orders, recorded, products, at }: PlacementInput): Placement {
  const available = new Map([...products.values()].map(({ id, stock }) => [id, stock]))
  const placed = new Map<string, Order>()
  const sold = new Map<ProductId, number>()

  const outcomes = orders.map((order): Outcome => {
    const first = recorded.get(order.id) ?? placed.get(order.id)
    if (first) return { kind: 'duplicate', first, sameRequest: first.fingerprint === order.fingerprint }

    const outcome = decide(order, products, available, at)
    if (outcome.kind === 'confirmed') takeUnits(outcome.order, available, sold)
    if (outcome.order) placed.set(order.id, outcome.order)
    return outcome
  })
  return { outcomes, orders: [...placed.values()], sold }
}

type Decision = Exclude<Outcome, { kind: 'duplicate' }>

function decide(
  order: AcceptedOrder,
  products: PlacementInput['products'],
  available: ReadonlyMap<ProductId, number>,
  at: Date,
): Decision {
  const lines = order.lines.map((line) => toOrderLine(line, products.get(line.productId)))
  const unknown = shortagesOf(order, (line) => !products.has(line.productId), available)
  if (unknown.length > 0) {
    const productIds = unknown.map(({ productId }) => productId)
    // A synchronous order for an unknown product is refused and not recorded. Other channels have sent a 202 already.
    if (order.channel === 'sync') return { kind: 'unknown-product', productIds }
    const rejection = { reason: 'unknown-product', shortages: unknown } as const
    return { kind: 'unknown-product', productIds, order: toOrder(order, lines, at, rejection) }
  }
  const shortages = shortagesOf(order, (line) => line.requested > line.available, available)
  if (shortages.length > 0) {
    return { kind: 'rejected', order: toOrder(order, lines, at, { reason: 'insufficient-stock', shortages }) }
  }
  return { kind: 'confirmed', order: toOrder(order, lines, at) }
}

function shortagesOf(
  { lines }: AcceptedOrder,
  isShort: (line: Shortage) => boolean,
  available: ReadonlyMap<ProductId, number>,
): Shortage[] {
  const shortages: Shortage[] = []
  for (const { productId, quantity } of lines) {
    const line = { productId, requested: quantity, available: available.get(productId) ?? 0 }
    if (isShort(line)) shortages.push(line)
  }
  return shortages
}

function toOrderLine({ productId, quantity }: RequestedLine, product: StockedProduct | undefined): OrderLine {
  return { productId, quantity, name: product?.name ?? '', unitPriceCents: product?.priceCents ?? 0 }
}

interface Rejection {
  readonly reason: RejectionReason
  readonly shortages: readonly Shortage[]
}

/**
 * The recorded times never run backwards, although acceptance and consumption may have been on other machines: a time
 * that is later than the next one is replaced by it.
 */
function toOrder(order: AcceptedOrder, lines: OrderLine[], at: Date, rejection?: Rejection): Order {
  const consumedAt = earlierOf(order.consumedAt, at)
  return {
    id: order.id,
    userId: order.userId,
    channel: order.channel,
    status: rejection ? 'rejected' : 'confirmed',
    ...rejection,
    lines,
    totalCents: totalCents(lines),
    fingerprint: order.fingerprint,
    acceptedAt: earlierOf(order.acceptedAt, consumedAt),
    consumedAt,
    committedAt: at,
    updatedAt: at,
    placedBy: order.placedBy,
  }
}

function takeUnits(order: Order, available: Map<ProductId, number>, sold: Map<ProductId, number>): void {
  for (const { productId, quantity } of order.lines) {
    available.set(productId, (available.get(productId) ?? 0) - quantity)
    sold.set(productId, (sold.get(productId) ?? 0) + quantity)
  }
}
