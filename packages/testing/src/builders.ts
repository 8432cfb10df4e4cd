import { randomUUID } from 'node:crypto'
import type {
  AcceptedOrder,
  Clock,
  DeadLetter,
  NewProduct,
  Order,
  OrderRequest,
  Product,
  StockedProduct,
} from '@ecommerce/domain'

/** The default time in tests. */
export const NOON = new Date('2026-01-01T12:00:00.000Z')

export const atNoon: Clock = () => NOON

/** The time some milliseconds after noon. */
export function afterNoon(ms: number): Date {
  return new Date(NOON.getTime() + ms)
}

export function aNewProduct(overrides: Partial<NewProduct> = {}): NewProduct {
  return { name: 'Lamp', description: 'Gives light', category: 'home', priceCents: 1_999, stock: 10, ...overrides }
}

export function aProduct(overrides: Partial<Product> = {}): Product {
  return { ...aNewProduct(), id: 1, version: 1, createdAt: NOON, updatedAt: NOON, ...overrides }
}

export function aStockedProduct(overrides: Partial<StockedProduct> = {}): StockedProduct {
  return { id: 1, name: 'Lamp', priceCents: 1_999, stock: 10, ...overrides }
}

/** An order of one unit of product 1, with a new id. */
export function anAcceptedOrder(overrides: Partial<AcceptedOrder> = {}): AcceptedOrder {
  return {
    id: randomUUID(),
    userId: 'user-1',
    channel: 'sync',
    lines: [{ productId: 1, quantity: 1 }],
    fingerprint: 'a'.repeat(32),
    acceptedAt: NOON,
    consumedAt: NOON,
    ...overrides,
  }
}

/** A confirmed order, as it is recorded. */
export function anOrder(overrides: Partial<Order> = {}): Order {
  return {
    ...anAcceptedOrder(),
    status: 'confirmed',
    lines: [{ productId: 1, quantity: 1, name: 'Lamp', unitPriceCents: 1_999 }],
    totalCents: 1_999,
    committedAt: NOON,
    updatedAt: NOON,
    ...overrides,
  }
}

/** A request in the form with one product, unless the pointers are given. */
export function anOrderRequest(overrides: Partial<OrderRequest> = {}): OrderRequest {
  return { userId: 'user-1', lines: [{ productId: 1, quantity: 1 }], linePointers: [''], ...overrides }
}

/** An open dead letter after its first failure, with a new id. */
export function aDeadLetter(overrides: Partial<DeadLetter> = {}): DeadLetter {
  const id = randomUUID().replaceAll('-', '')
  return {
    id,
    broker: 'kafka',
    source: 'orders',
    position: '0-17',
    messageId: `message-${id}`,
    key: 'ann',
    headers: { traceparent: '00-trace-span-01' },
    body: Buffer.from('not json'),
    cause: { code: 'malformed-json', detail: 'the body is not JSON' },
    status: 'open',
    failures: 1,
    firstFailedAt: NOON,
    lastFailedAt: NOON,
    actions: [],
    ...overrides,
  }
}
