import { afterNoon, aNewProduct, anAcceptedOrder, anOrderRequest, NOON, openFakeShop } from '@ecommerce/testing'
import { describe, expect, it } from 'vitest'
import { NotFoundError, UnavailableError } from '../errors'
import { IdempotencyKeyReusedError } from '../idempotency'
import type { OrderRequest } from './order'
import { InsufficientStockError, UnknownProductError } from './order-errors'
import { IllegalTransitionError } from './order-status'

const UNKNOWN = 99

function setUp() {
  const shop = openFakeShop()
  return {
    ...shop,
    create: (stock: number) => shop.products.create(aNewProduct({ stock, priceCents: 250 })),
    stockOf: async (id: number) => (await shop.products.get(id)).stock,
  }
}

/** A request in the form with items. The pointer of each line is `/items/{index}`. */
function aRequestOfItems(lines: OrderRequest['lines'], overrides: Partial<OrderRequest> = {}): OrderRequest {
  return anOrderRequest({ lines, linePointers: lines.map((_, index) => `/items/${index}`), ...overrides })
}

/** The error with which a promise rejects. */
function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('it succeeded'),
    (error: unknown) => error,
  )
}

describe('placing an order now', () => {
  it('returns the confirmed order', async () => {
    const { orders, create, ids, stockOf } = setUp()
    const { id: productId } = await create(5)

    const order = await orders.placeNow(anOrderRequest({ userId: 'ann', lines: [{ productId, quantity: 2 }] }))

    expect(order).toMatchObject({ status: 'confirmed', userId: 'ann', channel: 'sync', totalCents: 500 })
    expect(order).toMatchObject({ acceptedAt: NOON, consumedAt: NOON, committedAt: NOON })
    expect(ids.isGenuine(order.id)).toBe(true)
    expect(await orders.get(order.id)).toEqual(order)
    expect(await stockOf(productId)).toBe(3)
  })

  it('creates two orders for two requests without a key', async () => {
    const { orders, create, stockOf } = setUp()
    const { id: productId } = await create(5)
    const request = anOrderRequest({ lines: [{ productId, quantity: 1 }] })

    const [first, second] = [await orders.placeNow(request), await orders.placeNow(request)]

    expect(first.id).not.toBe(second.id)
    expect(await stockOf(productId)).toBe(3)
  })

  it('names each shortage with the pointer of its line', async () => {
    const { orders, create } = setUp()
    const { id: plenty } = await create(5)
    const { id: scarce } = await create(1)
    const lines = [
      { productId: plenty, quantity: 1 },
      { productId: scarce, quantity: 2 },
    ]

    const error = await errorOf(orders.placeNow(aRequestOfItems(lines)))

    expect(error).toBeInstanceOf(InsufficientStockError)
    expect(error).toMatchObject({
      code: 'insufficient-stock',
      fields: [{ pointer: '/items/1/quantity', detail: 'only 1 available' }],
      order: { status: 'rejected' },
    })
  })

  it('records the order that it rejects', async () => {
    const { orders, create } = setUp()
    const { id: productId } = await create(0)

    const error = await errorOf(orders.placeNow(anOrderRequest({ lines: [{ productId, quantity: 1 }] })))

    const { order, fields } = error as InsufficientStockError
    expect(fields).toEqual([{ pointer: '/quantity', detail: 'only 0 available' }])
    expect(await orders.get(order.id)).toMatchObject({ status: 'rejected', reason: 'insufficient-stock' })
  })

  it.each([
    { form: 'one product', request: anOrderRequest({ lines: [{ productId: UNKNOWN, quantity: 1 }] }), pointer: '' },
    { form: 'items', request: aRequestOfItems([{ productId: UNKNOWN, quantity: 1 }]), pointer: '/items/0' },
  ])('points at the unknown product in the form of $form', async ({ request, pointer }) => {
    const { orders, tables } = setUp()

    const error = await errorOf(orders.placeNow(request))

    expect(error).toBeInstanceOf(UnknownProductError)
    expect(error).toMatchObject({
      code: 'unknown-product',
      fields: [{ pointer: `${pointer}/product_id`, detail: 'there is no product 99' }],
    })
    expect(tables.orders.size).toBe(0)
  })
})

describe('placing an order with an idempotency key', () => {
  const keyed = (productId: number, quantity = 2) =>
    anOrderRequest({ userId: 'ann', lines: [{ productId, quantity }], idempotencyKey: 'key' })

  it('returns the same result for a repeated request, and sells once', async () => {
    const { orders, create, stockOf, setClock } = setUp()
    const { id: productId } = await create(5)
    const first = await orders.placeNow(keyed(productId))
    setClock(1_000)

    const second = await orders.placeNow(keyed(productId))

    expect(second).toEqual(first)
    expect(await stockOf(productId)).toBe(3)
  })

  it('still returns the first result after the status of the order has changed', async () => {
    const { orders, create, stockOf, setClock } = setUp()
    const { id: productId } = await create(5)
    const first = await orders.placeNow(keyed(productId))
    setClock(1_000)
    await orders.changeStatus(first.id, 'cancelled')

    const second = await orders.placeNow(keyed(productId))

    expect(second).toEqual(first)
    expect(await orders.get(first.id)).toMatchObject({ status: 'cancelled' })
    expect(await stockOf(productId)).toBe(5)
  })

  it('rejects a repeated request like the first one, even if there is stock now', async () => {
    const { orders, create, products } = setUp()
    const { id: productId } = await create(1)
    const first = await errorOf(orders.placeNow(keyed(productId)))
    await products.adjustStock({ productId, delta: 5, note: 'delivery' })

    const second = await errorOf(orders.placeNow(keyed(productId)))

    expect(second).toBeInstanceOf(InsufficientStockError)
    expect(second).toEqual(first)
  })

  it('refuses the key for another order of the same user', async () => {
    const { orders, create, stockOf } = setUp()
    const { id: productId } = await create(5)
    await orders.placeNow(keyed(productId, 1))

    const error = await errorOf(orders.placeNow(keyed(productId, 2)))

    expect(error).toBeInstanceOf(IdempotencyKeyReusedError)
    expect(error).toMatchObject({ fields: [{ pointer: '/idempotency-key' }] })
    expect(await stockOf(productId)).toBe(4)
  })

  it('treats the same lines in both forms as the same order', async () => {
    const { orders, create } = setUp()
    const { id: productId } = await create(5)
    const first = await orders.placeNow(keyed(productId))

    const second = await orders.placeNow({ ...keyed(productId), linePointers: ['/items/0'] })

    expect(second).toEqual(first)
  })

  it('separates the keys of two users', async () => {
    const { orders, create } = setUp()
    const { id: productId } = await create(5)

    const first = await orders.placeNow(keyed(productId))
    const second = await orders.placeNow({ ...keyed(productId), userId: 'bob' })

    expect(second.id).not.toBe(first.id)
  })

  it('tries again after an unknown product, because nothing was recorded', async () => {
    const { orders, create } = setUp()
    await errorOf(orders.placeNow(keyed(1)))
    const { id: productId } = await create(5)

    expect(productId).toBe(1)
    expect(await orders.placeNow(keyed(1))).toMatchObject({ status: 'confirmed' })
  })
})

describe('getting an order', () => {
  it('shows an issued id that is not recorded yet as pending, with its time', async () => {
    const { orders, ids } = setUp()
    const id = ids.mint()

    expect(await orders.get(id)).toEqual({ id, status: 'pending', acceptedAt: NOON })
    expect(await orders.getTimeline(id)).toEqual({ order: { id, status: 'pending', acceptedAt: NOON }, history: [] })
  })

  it('never shows a time of acceptance in the future, although the clock that minted the id was ahead', async () => {
    const { orders, ids, setClock } = setUp()
    setClock(60_000)
    const id = ids.mint()
    setClock(0)

    expect(await orders.get(id)).toEqual({ id, status: 'pending', acceptedAt: NOON })
  })

  it('has no time for a pending order with a key', async () => {
    const { orders, ids } = setUp()
    const id = ids.forKey('ann', 'key')

    expect(await orders.get(id)).toEqual({ id, status: 'pending' })
  })

  it('finds no order with a changed id', async () => {
    const { orders, ids } = setUp()
    const id = ids.mint()
    const tampered = `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`

    await expect(orders.get(tampered)).rejects.toThrow(NotFoundError)
    await expect(orders.getTimeline(tampered)).rejects.toThrow(NotFoundError)
    await expect(orders.changeStatus(tampered, 'shipped')).rejects.toThrow(NotFoundError)
  })

  it('finds a recorded order whose id was minted with an earlier secret', async () => {
    const { orders, create, orderStore } = setUp()
    const { id: productId } = await create(5)
    const accepted = anAcceptedOrder({ lines: [{ productId, quantity: 1 }] })
    await orderStore.place([accepted])

    expect(await orders.get(accepted.id)).toMatchObject({ id: accepted.id, status: 'confirmed' })
  })

  it('shows the history with the order', async () => {
    const { orders, create, setClock } = setUp()
    const { id: productId } = await create(5)
    const { id } = await orders.placeNow(anOrderRequest({ lines: [{ productId, quantity: 1 }] }))
    setClock(5)
    const shipped = await orders.changeStatus(id, 'shipped', 'by ship')

    expect(await orders.getTimeline(id)).toEqual({
      order: shipped,
      history: [
        { status: 'confirmed', at: NOON },
        { status: 'shipped', at: afterNoon(5), note: 'by ship' },
      ],
    })
  })

  it('shows the rejection as the history of a rejected order', async () => {
    const { orders, orderStore } = setUp()
    const rejected = anAcceptedOrder({ channel: 'kafka', lines: [{ productId: 404, quantity: 1 }] })
    await orderStore.place([rejected])

    expect((await orders.getTimeline(rejected.id)).history).toEqual([{ status: 'rejected', at: NOON }])
  })
})

describe('changing the status of an order', () => {
  it('changes it at the current time', async () => {
    const { orders, create, setClock } = setUp()
    const { id: productId } = await create(5)
    const { id } = await orders.placeNow(anOrderRequest({ lines: [{ productId, quantity: 1 }] }))
    setClock(7)

    expect(await orders.changeStatus(id, 'shipped')).toMatchObject({ status: 'shipped', updatedAt: afterNoon(7) })
  })

  it('refuses to change an order that is still in its broker', async () => {
    const { orders, ids } = setUp()

    await expect(orders.changeStatus(ids.mint(), 'cancelled')).rejects.toThrow(
      new IllegalTransitionError('pending', 'cancelled'),
    )
  })
})

describe('listing orders', () => {
  it('lists the orders of the store', async () => {
    const { orders, create } = setUp()
    const { id: productId } = await create(5)
    const order = await orders.placeNow(anOrderRequest({ userId: 'ann', lines: [{ productId, quantity: 1 }] }))

    expect(await orders.list({ userId: 'ann', limit: 9 })).toEqual({ items: [order] })
    expect(await orders.list({ userId: 'bob', limit: 9 })).toEqual({ items: [] })
  })
})

describe('an asynchronous order', () => {
  it('is published to the broker of its channel and returned as pending', async () => {
    const { orders, publishers } = setUp()
    const request = anOrderRequest({ userId: 'ada', lines: [{ productId: 1, quantity: 2 }] })

    const accepted = await orders.placeLater(request, 'rabbitmq')

    expect(accepted).toEqual({ id: accepted.id, status: 'pending', acceptedAt: NOON })
    expect(publishers.kafka.published).toEqual([])
    expect(publishers.rabbitmq.published).toEqual([
      {
        id: accepted.id,
        key: 'ada',
        body: JSON.stringify({
          type: 'order_placed',
          version: 1,
          order: { id: accepted.id, user_id: 'ada', items: [{ product_id: 1, quantity: 2 }] },
          accepted_at: NOON.toISOString(),
          channel: 'rabbitmq',
        }),
        headers: { 'accepted-at-us': String(NOON.getTime() * 1_000) },
      },
    ])
  })

  it('can be read as pending immediately', async () => {
    const { orders } = setUp()

    const accepted = await orders.placeLater(anOrderRequest(), 'kafka')

    expect(await orders.get(accepted.id)).toEqual(accepted)
  })

  it('is refused when its broker is down', async () => {
    const { orders, publishers } = setUp()
    publishers.kafka.isDown = true

    await expect(orders.placeLater(anOrderRequest(), 'kafka')).rejects.toThrow(UnavailableError)
  })

  it('is not published again after an order with its key is recorded', async () => {
    const { orders, publishers, create } = setUp()
    const { id: productId } = await create(5)
    const request = anOrderRequest({ lines: [{ productId, quantity: 1 }], idempotencyKey: 'k' })
    const first = await orders.placeNow(request)

    const second = await orders.placeLater(request, 'kafka')

    expect(second.id).toBe(first.id)
    expect(publishers.kafka.published).toEqual([])
  })

  it('is refused when its key was used with another body', async () => {
    const { orders, create } = setUp()
    const { id: productId } = await create(5)
    const request = anOrderRequest({ lines: [{ productId, quantity: 1 }], idempotencyKey: 'k' })
    await orders.placeNow(request)

    const second = orders.placeLater({ ...request, lines: [{ productId, quantity: 2 }] }, 'kafka')

    await expect(second).rejects.toThrow(IdempotencyKeyReusedError)
  })
})

describe('consumed orders', () => {
  it('are placed in one batch, and a repeated delivery changes nothing', async () => {
    const { orders, create, stockOf } = setUp()
    const { id: productId } = await create(5)
    const messages = ['a', 'b'].map((id) => ({
      order: anAcceptedOrder({ id, channel: 'kafka', lines: [{ productId, quantity: 2 }] }),
    }))

    expect(await orders.placeConsumed([...messages, ...messages])).toEqual([])
    expect(await orders.placeConsumed(messages)).toEqual([])

    expect(await stockOf(productId)).toBe(1)
  })

  it('with the same key and different bodies are distinguished, and the first one is placed', async () => {
    const { orders, create, stockOf } = setUp()
    const { id: productId } = await create(5)
    const [first, second] = [1, 2].map((quantity) => ({
      order: anAcceptedOrder({ id: 'same', channel: 'kafka', lines: [{ productId, quantity }] }),
    }))
    if (!first || !second) throw new Error('there are two')

    expect(await orders.placeConsumed([first, second])).toEqual([second])

    expect(await stockOf(productId)).toBe(4)
  })
})
