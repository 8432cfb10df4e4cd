import { afterNoon, aNewProduct, anAcceptedOrder, anOrderRequest, NOON, openFakeShop } from '@ecommerce/testing'
import { describe, expect, it } from 'vitest'
import { NotFoundError, UnavailableError } from '../errors'
import type { OrderRequest } from './order'
import { IdempotencyKeyReusedError, InsufficientStockError, UnknownProductError } from './order-errors'
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

/** A request in the form with items, each of which was written at `/items/{index}`. */
function aRequestOfItems(lines: OrderRequest['lines'], overrides: Partial<OrderRequest> = {}): OrderRequest {
  return anOrderRequest({ lines, linePointers: lines.map((_, index) => `/items/${index}`), ...overrides })
}

/** What a promise was rejected with. */
function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('it succeeded'),
    (error: unknown) => error,
  )
}

describe('placing an order now', () => {
  it('answers with the confirmed order', async () => {
    const { orders, create, ids, stockOf } = setUp()
    const { id: productId } = await create(5)

    const order = await orders.placeNow(anOrderRequest({ userId: 'ann', lines: [{ productId, quantity: 2 }] }))

    expect(order).toMatchObject({ status: 'confirmed', userId: 'ann', channel: 'sync', totalCents: 500 })
    expect(order).toMatchObject({ acceptedAt: NOON, consumedAt: NOON, committedAt: NOON })
    expect(ids.isGenuine(order.id)).toBe(true)
    expect(await orders.get(order.id)).toEqual(order)
    expect(await stockOf(productId)).toBe(3)
  })

  it('gives two requests without a key two orders', async () => {
    const { orders, create, stockOf } = setUp()
    const { id: productId } = await create(5)
    const request = anOrderRequest({ lines: [{ productId, quantity: 1 }] })

    const [first, second] = [await orders.placeNow(request), await orders.placeNow(request)]

    expect(first.id).not.toBe(second.id)
    expect(await stockOf(productId)).toBe(3)
  })

  it('says what is short, at the member that asked for it', async () => {
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

describe('placing an order under an idempotency key', () => {
  const keyed = (productId: number, quantity = 2) =>
    anOrderRequest({ userId: 'ann', lines: [{ productId, quantity }], idempotencyKey: 'key' })

  it('answers a repetition as it answered the first, and sells once', async () => {
    const { orders, create, stockOf, goOn } = setUp()
    const { id: productId } = await create(5)
    const first = await orders.placeNow(keyed(productId))
    goOn(1_000)

    const second = await orders.placeNow(keyed(productId))

    expect(second).toEqual(first)
    expect(await stockOf(productId)).toBe(3)
  })

  it('still gives the first answer when the order has moved on', async () => {
    const { orders, create, stockOf, goOn } = setUp()
    const { id: productId } = await create(5)
    const first = await orders.placeNow(keyed(productId))
    goOn(1_000)
    await orders.changeStatus(first.id, 'cancelled')

    const second = await orders.placeNow(keyed(productId))

    expect(second).toEqual(first)
    expect(await orders.get(first.id)).toMatchObject({ status: 'cancelled' })
    expect(await stockOf(productId)).toBe(5)
  })

  it('rejects a repetition as it rejected the first, even when there is stock by now', async () => {
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

  it('takes the same lines in both forms for the same order', async () => {
    const { orders, create } = setUp()
    const { id: productId } = await create(5)
    const first = await orders.placeNow(keyed(productId))

    const second = await orders.placeNow({ ...keyed(productId), linePointers: ['/items/0'] })

    expect(second).toEqual(first)
  })

  it('keeps the keys of two users apart', async () => {
    const { orders, create } = setUp()
    const { id: productId } = await create(5)

    const first = await orders.placeNow(keyed(productId))
    const second = await orders.placeNow({ ...keyed(productId), userId: 'bob' })

    expect(second.id).not.toBe(first.id)
  })

  it('tries again after an unknown product: nothing was recorded', async () => {
    const { orders, create } = setUp()
    await errorOf(orders.placeNow(keyed(1)))
    const { id: productId } = await create(5)

    expect(productId).toBe(1)
    expect(await orders.placeNow(keyed(1))).toMatchObject({ status: 'confirmed' })
  })
})

describe('getting an order', () => {
  it('says pending, and since when, of an id that was given out and is not recorded yet', async () => {
    const { orders, ids } = setUp()
    const id = ids.mint()

    expect(await orders.get(id)).toEqual({ id, status: 'pending', acceptedAt: NOON })
    expect(await orders.getTimeline(id)).toEqual({ order: { id, status: 'pending', acceptedAt: NOON }, history: [] })
  })

  it('does not know since when an order under a key is pending', async () => {
    const { orders, ids } = setUp()
    const id = ids.forKey('ann', 'key')

    expect(await orders.get(id)).toEqual({ id, status: 'pending' })
  })

  it('finds no order whose id was tampered with', async () => {
    const { orders, ids } = setUp()
    const id = ids.mint()
    const tampered = `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`

    await expect(orders.get(tampered)).rejects.toThrow(NotFoundError)
    await expect(orders.getTimeline(tampered)).rejects.toThrow(NotFoundError)
    await expect(orders.changeStatus(tampered, 'shipped')).rejects.toThrow(NotFoundError)
  })

  it('finds a recorded order whose id is not of the present secret', async () => {
    const { orders, create, orderStore } = setUp()
    const { id: productId } = await create(5)
    const accepted = anAcceptedOrder({ lines: [{ productId, quantity: 1 }] })
    await orderStore.place([accepted])

    expect(await orders.get(accepted.id)).toMatchObject({ id: accepted.id, status: 'confirmed' })
  })

  it('shows the history with the order', async () => {
    const { orders, create, goOn } = setUp()
    const { id: productId } = await create(5)
    const { id } = await orders.placeNow(anOrderRequest({ lines: [{ productId, quantity: 1 }] }))
    goOn(5)
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
  it('moves it at the present time', async () => {
    const { orders, create, goOn } = setUp()
    const { id: productId } = await create(5)
    const { id } = await orders.placeNow(anOrderRequest({ lines: [{ productId, quantity: 1 }] }))
    goOn(7)

    expect(await orders.changeStatus(id, 'shipped')).toMatchObject({ status: 'shipped', updatedAt: afterNoon(7) })
  })

  it('moves no order that is still in its broker', async () => {
    const { orders, ids } = setUp()

    await expect(orders.changeStatus(ids.mint(), 'cancelled')).rejects.toThrow(
      new IllegalTransitionError('pending', 'cancelled'),
    )
  })
})

describe('listing orders', () => {
  it('lists what the store holds', async () => {
    const { orders, create } = setUp()
    const { id: productId } = await create(5)
    const order = await orders.placeNow(anOrderRequest({ userId: 'ann', lines: [{ productId, quantity: 1 }] }))

    expect(await orders.list({ userId: 'ann', limit: 9 })).toEqual({ items: [order] })
    expect(await orders.list({ userId: 'bob', limit: 9 })).toEqual({ items: [] })
  })
})

describe('an order for later', () => {
  it('is left with the broker of its channel and answered as pending', async () => {
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

  it('is pending to a reader at once', async () => {
    const { orders } = setUp()

    const accepted = await orders.placeLater(anOrderRequest(), 'kafka')

    expect(await orders.get(accepted.id)).toEqual(accepted)
  })

  it('is refused when its broker is away', async () => {
    const { orders, publishers } = setUp()
    publishers.kafka.isAway = true

    await expect(orders.placeLater(anOrderRequest(), 'kafka')).rejects.toThrow(UnavailableError)
  })

  it('is not published again once an order under its key is recorded', async () => {
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
  it('are placed in one batch; one that comes again changes nothing', async () => {
    const { orders, create, stockOf } = setUp()
    const { id: productId } = await create(5)
    const messages = ['a', 'b'].map((id) => ({
      order: anAcceptedOrder({ id, channel: 'kafka', lines: [{ productId, quantity: 2 }] }),
    }))

    expect(await orders.placeConsumed([...messages, ...messages])).toEqual([])
    expect(await orders.placeConsumed(messages)).toEqual([])

    expect(await stockOf(productId)).toBe(1)
  })

  it('that reuse a key with another body are told apart: the first wins', async () => {
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
