import { randomUUID } from 'node:crypto'
import { MAX_LINES, MAX_QUANTITY } from '@ecommerce/domain'
import { ANYBODY } from '@ecommerce/runtime'
import { afterNoon, anOrder, NOON } from '@ecommerce/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  cancelOrder,
  changeOrderStatus,
  createOrderKafka,
  createOrderRabbitMq,
  createOrderSync,
  getOrder,
  listOrders,
  toOrderBody,
  toOrderPage,
  toOrderRequest,
  toTimelineBody,
} from './contract'

const form = createOrderSync.body

describe('the form of an order', () => {
  it('may name one product', () => {
    const request = toOrderRequest(form.parse({ user_id: 'ann', product_id: 7, quantity: 2 }), undefined, ANYBODY)

    expect(request).toEqual({ userId: 'ann', lines: [{ productId: 7, quantity: 2 }], linePointers: [''] })
  })

  it('may name several products, with a pointer for each', () => {
    const items = [
      { product_id: 7, quantity: 2 },
      { product_id: 8, quantity: 1 },
    ]

    expect(toOrderRequest(form.parse({ user_id: 'ann', items }), 'key', ANYBODY)).toEqual({
      userId: 'ann',
      lines: [
        { productId: 7, quantity: 2 },
        { productId: 8, quantity: 1 },
      ],
      linePointers: ['/items/0', '/items/1'],
      idempotencyKey: 'key',
    })
  })

  it('accepts a number as the text of a user id', () => {
    const ofNumber = toOrderRequest(form.parse({ user_id: 42, product_id: 7, quantity: 1 }), undefined, ANYBODY)
    const ofText = toOrderRequest(form.parse({ user_id: '42', product_id: 7, quantity: 1 }), undefined, ANYBODY)

    expect(ofNumber).toEqual(ofText)
  })

  const line = { product_id: 7, quantity: 1 }

  it.each([
    { fault: 'no user', body: line },
    { fault: 'a blank user', body: { user_id: ' ', ...line } },
    { fault: 'a negative user', body: { user_id: -1, ...line } },
    { fault: 'a user of half a number', body: { user_id: 1.5, ...line } },
    { fault: 'no product', body: { user_id: 'ann', quantity: 1 } },
    { fault: 'product 0', body: { user_id: 'ann', product_id: 0, quantity: 1 } },
    { fault: 'a product as text', body: { user_id: 'ann', product_id: '7', quantity: 1 } },
    { fault: 'quantity 0', body: { user_id: 'ann', product_id: 7, quantity: 0 } },
    { fault: 'a negative quantity', body: { user_id: 'ann', product_id: 7, quantity: -1 } },
    { fault: 'half a unit', body: { user_id: 'ann', product_id: 7, quantity: 0.5 } },
    { fault: 'too many units', body: { user_id: 'ann', product_id: 7, quantity: MAX_QUANTITY + 1 } },
    { fault: 'a price', body: { user_id: 'ann', ...line, price: 1 } },
    { fault: 'both forms', body: { user_id: 'ann', ...line, items: [line] } },
    { fault: 'no items', body: { user_id: 'ann', items: [] } },
    { fault: 'an item with a price', body: { user_id: 'ann', items: [{ ...line, unit_price: 0 }] } },
    { fault: 'a product twice', body: { user_id: 'ann', items: [line, line] } },
    { fault: 'too many items', body: { user_id: 'ann', items: linesUpTo(MAX_LINES + 1) } },
  ])('is refused with $fault', ({ body }) => {
    expect(form.safeParse(body).success).toBe(false)
  })

  it('may have as many items and units as allowed', () => {
    expect(form.safeParse({ user_id: 'ann', items: linesUpTo(MAX_LINES) }).success).toBe(true)
    expect(form.safeParse({ user_id: 'ann', product_id: 7, quantity: MAX_QUANTITY }).success).toBe(true)
  })

  function linesUpTo(count: number) {
    return Array.from({ length: count }, (_, index) => ({ product_id: index + 1, quantity: 1 }))
  }
})

describe('an idempotency key', () => {
  const accepts = (key: string) => createOrderSync.headers.safeParse({ 'idempotency-key': key }).success

  it.each(['a', randomUUID(), '!"#~', 'x'.repeat(128)])('may be %j', (key) => {
    expect(accepts(key)).toBe(true)
  })

  it.each(['', ' ', 'a b', 'x'.repeat(129), 'é', '\u0000'])('may not be %j', (key) => {
    expect(accepts(key)).toBe(false)
  })
})

describe('the body of an order', () => {
  it('shows amounts as decimals and times in UTC', () => {
    const order = anOrder({ id: 'order-1', userId: 'ann', consumedAt: afterNoon(5), committedAt: afterNoon(7) })

    expect(toOrderBody(order)).toEqual({
      id: 'order-1',
      status: 'confirmed',
      user_id: 'ann',
      channel: 'sync',
      items: [{ product_id: 1, name: 'Lamp', unit_price: 19.99, quantity: 1 }],
      total: 19.99,
      accepted_at: '2026-01-01T12:00:00.000Z',
      consumed_at: '2026-01-01T12:00:00.005Z',
      committed_at: '2026-01-01T12:00:00.007Z',
      updated_at: '2026-01-01T12:00:00.000Z',
    })
  })

  it('has the reason of a rejected order', () => {
    const shortages = [{ productId: 1, requested: 2, available: 1 }]

    expect(toOrderBody(anOrder({ status: 'rejected', reason: 'insufficient-stock', shortages }))).toMatchObject({
      status: 'rejected',
      reason: 'insufficient-stock',
      shortages: [{ product_id: 1, requested: 2, available: 1 }],
    })
  })

  it('has only the id, status and acceptance of a pending order', () => {
    expect(toOrderBody({ id: 'order-1', status: 'pending', acceptedAt: NOON })).toEqual({
      id: 'order-1',
      status: 'pending',
      accepted_at: '2026-01-01T12:00:00.000Z',
    })
    expect(toOrderBody({ id: 'order-1', status: 'pending' })).toEqual({ id: 'order-1', status: 'pending' })
  })
})

describe('the timeline of an order', () => {
  it('starts with its acceptance and times the stages', () => {
    const order = anOrder({
      id: 'order-1',
      acceptedAt: afterNoon(0),
      consumedAt: afterNoon(5),
      committedAt: afterNoon(12),
    })

    expect(toTimelineBody({ order, history: [{ status: 'confirmed', at: afterNoon(12) }] })).toEqual({
      id: 'order-1',
      status: 'confirmed',
      history: [
        { status: 'pending', at: '2026-01-01T12:00:00.000Z' },
        { status: 'confirmed', at: '2026-01-01T12:00:00.012Z' },
      ],
      stages: { accepted_to_consumed_ms: 5, consumed_to_committed_ms: 7, accepted_to_committed_ms: 12 },
    })
  })

  it('has no negative stage, and stages that add up, whatever the clocks show', () => {
    const times = fc.integer({ min: -100_000, max: 100_000 }).map(afterNoon)

    fc.assert(
      fc.property(times, times, times, (acceptedAt, consumedAt, committedAt) => {
        const { stages } = toTimelineBody({ order: anOrder({ acceptedAt, consumedAt, committedAt }), history: [] })
        const { accepted_to_consumed_ms = -1, consumed_to_committed_ms = -1, accepted_to_committed_ms } = stages ?? {}

        expect(Math.min(accepted_to_consumed_ms, consumed_to_committed_ms)).toBeGreaterThanOrEqual(0)
        expect(accepted_to_committed_ms).toBe(accepted_to_consumed_ms + consumed_to_committed_ms)
      }),
    )
  })

  it('has no stages while the order is pending', () => {
    const timeline = toTimelineBody({ order: { id: 'order-1', status: 'pending' }, history: [] })

    expect(timeline).toEqual({ id: 'order-1', status: 'pending', history: [] })
  })
})

describe('a page of orders', () => {
  it('has the orders as they are shown alone, and the cursor of the next page', () => {
    const order = anOrder()

    const page = toOrderPage({ items: [order], nextCursor: 'next' })

    expect(page).toEqual({ items: [toOrderBody(order)], next_cursor: 'next' })
    expect(listOrders.success.body.safeParse(page).success).toBe(true)
  })
})

describe('a query for orders', () => {
  const accepts = (query: object) => listOrders.query.safeParse(query).success

  it.each([{}, { user_id: 'ann', status: 'rejected', channel: 'rabbitmq', limit: '100', cursor: 'next' }])(
    'may be %j',
    (query) => {
      expect(accepts(query)).toBe(true)
    },
  )

  it.each([
    { user_id: ' ' },
    { user_id: 'x'.repeat(65) },
    // A pending order is not recorded yet, so it cannot be listed.
    { status: 'pending' },
    { channel: 'http' },
    { limit: '0' },
    { user: 'ann' },
  ])('may not be %j', (query) => {
    expect(accepts(query)).toBe(false)
  })
})

describe('the id of an order', () => {
  it.each(['', ' ', 'order 1', 'order-1 ', 'x'.repeat(65)])('is never %j', (id) => {
    expect(getOrder.params.safeParse({ id }).success).toBe(false)
  })
})

describe('a cancellation', () => {
  it('needs no body', () => {
    expect(cancelOrder.body.parse(undefined)).toEqual({})
  })

  it('may have a note', () => {
    expect(cancelOrder.body.parse({ note: ' too late ' })).toEqual({ note: 'too late' })
  })
})

describe('a change of the status', () => {
  it.each([{}, { status: 'lost' }, { status: 'shipped', note: '' }, { status: 'shipped', at: 'noon' }])(
    'may not be %j',
    (body) => {
      expect(changeOrderStatus.body.safeParse(body).success).toBe(false)
    },
  )
})

describe('the routes of the three channels', () => {
  it('accept the same form and the same headers', () => {
    for (const route of [createOrderKafka, createOrderRabbitMq]) {
      expect(route.body).toBe(createOrderSync.body)
      expect(route.headers).toBe(createOrderSync.headers)
    }
  })

  it('respond with 201 for a committed order and 202 for an accepted one', () => {
    expect([createOrderSync, createOrderKafka, createOrderRabbitMq].map(({ success }) => success.status)).toEqual([
      201, 202, 202,
    ])
  })
})
