import { aNewProduct, anAcceptedOrder, anOrderRequest, NOON, openFakeShop } from '@ecommerce/testing'
import { describe, expect, it } from 'vitest'
import { UnavailableError } from '../errors'
import { IdempotencyKeyReusedError } from '../idempotency'
import type { ConsumedOrder } from './order-service'

async function setUp({ stock = 5 } = {}) {
  const shop = openFakeShop()
  const { id: productId } = await shop.products.create(aNewProduct({ stock }))
  return {
    ...shop,
    productId,
    stockOf: async () => (await shop.products.get(productId)).stock,
    aRequest: (overrides: object = {}) => anOrderRequest({ lines: [{ productId, quantity: 2 }], ...overrides }),
    aConsumed: (overrides: object = {}): ConsumedOrder => {
      const lines = [{ productId, quantity: 2 }]
      return { order: anAcceptedOrder({ channel: 'kafka', lines, ...overrides }) }
    },
  }
}

describe('placing an order later', () => {
  it.each(['kafka', 'rabbitmq'] as const)('publishes it to %s and records nothing', async (channel) => {
    const { orders, publishers, tables, ids, aRequest } = await setUp()

    const order = await orders.placeLater(aRequest({ userId: 'ann' }), channel)

    expect(order).toEqual({ id: order.id, status: 'pending', acceptedAt: NOON })
    expect(ids.isGenuine(order.id)).toBe(true)
    expect(publishers[channel].published).toMatchObject([{ id: order.id, key: 'ann' }])
    expect(publishers[channel === 'kafka' ? 'rabbitmq' : 'kafka'].published).toEqual([])
    expect(tables.orders.size).toBe(0)
  })

  it('puts everything that placement needs into the message', async () => {
    const { orders, publishers, productId, aRequest } = await setUp()

    const { id } = await orders.placeLater(aRequest({ userId: 'ann' }), 'kafka')

    const [message] = publishers.kafka.published
    expect(JSON.parse(String(message?.body))).toEqual({
      type: 'order_placed',
      version: 1,
      order: { id, user_id: 'ann', items: [{ product_id: productId, quantity: 2 }] },
      accepted_at: NOON.toISOString(),
      channel: 'kafka',
    })
    expect(message?.headers).toMatchObject({ 'accepted-at-us': '1767268800000000' })
  })

  it('adds the trace context of the caller unchanged, and creates none', async () => {
    const { orders, publishers, aRequest } = await setUp()
    const trace = { traceparent: `00-${'a'.repeat(32)}-${'1'.repeat(16)}-01`, tracestate: 'vendor=x' }

    await orders.placeLater(aRequest(), 'kafka', trace)
    await orders.placeLater(aRequest(), 'kafka')

    const [traced, untraced] = publishers.kafka.published
    expect(traced?.headers).toMatchObject(trace)
    expect(Object.keys(untraced?.headers ?? {})).toEqual(['accepted-at-us'])
  })

  it('can be read immediately', async () => {
    const { orders, aRequest } = await setUp()

    const order = await orders.placeLater(aRequest(), 'kafka')

    expect(await orders.get(order.id)).toEqual(order)
  })

  it('fails when the broker is down, and there is no order then', async () => {
    const { orders, publishers, aRequest } = await setUp()
    publishers.kafka.isDown = true

    await expect(orders.placeLater(aRequest(), 'kafka')).rejects.toThrow(UnavailableError)
  })

  describe('with an idempotency key', () => {
    const keyed = { userId: 'ann', idempotencyKey: 'key' }

    it('gets the same id for each request before it is placed', async () => {
      const { orders, aRequest } = await setUp()

      const first = await orders.placeLater(aRequest(keyed), 'kafka')
      const second = await orders.placeLater(aRequest(keyed), 'kafka')

      expect(second).toEqual(first)
    })

    it('is not published again after it is recorded', async () => {
      const { orders, publishers, aRequest } = await setUp()
      const first = await orders.placeNow(aRequest(keyed))

      const second = await orders.placeLater(aRequest(keyed), 'kafka')

      expect(second.id).toBe(first.id)
      expect(publishers.kafka.published).toEqual([])
    })

    it.each(['kafka', 'rabbitmq'] as const)(
      'is shown through %s as it is now after it is recorded',
      async (channel) => {
        const { orders, publishers, aRequest } = await setUp()
        const { id } = await orders.placeNow(aRequest(keyed))

        for (const to of [undefined, 'shipped', 'delivered'] as const) {
          if (to !== undefined) await orders.changeStatus(id, to)
          expect(await orders.placeLater(aRequest(keyed), channel)).toEqual(await orders.get(id))
        }
        expect(publishers[channel].published).toEqual([])
      },
    )

    it.each([
      { what: 'cancelled', quantity: 2, cancel: true, expected: { status: 'cancelled' } },
      { what: 'rejected', quantity: 9, cancel: false, expected: { status: 'rejected', reason: 'insufficient-stock' } },
    ])('is shown as $what, not as pending', async ({ quantity, cancel, expected }) => {
      const { orders, aConsumed, productId, aRequest } = await setUp()
      const request = aRequest({ ...keyed, lines: [{ productId, quantity }] })
      const { id } = await orders.placeLater(request, 'kafka')
      await orders.placeConsumed([aConsumed({ id, userId: 'ann', lines: request.lines })])
      if (cancel) await orders.changeStatus(id, 'cancelled')

      const again = await orders.placeLater(request, 'kafka')

      expect(again).toMatchObject({ id, ...expected })
      expect(again).toEqual(await orders.get(id))
    })

    it('is shown as it is now by a synchronous request with its key', async () => {
      const { orders, aConsumed, aRequest } = await setUp()
      const { id } = await orders.placeLater(aRequest(keyed), 'kafka')
      await orders.placeConsumed([aConsumed({ id, userId: 'ann' })])
      await orders.changeStatus(id, 'cancelled')

      const again = await orders.placeNow(aRequest(keyed))

      expect(again).toMatchObject({ id, status: 'cancelled', channel: 'kafka' })
      expect(again).toEqual(await orders.get(id))
    })

    it('is published again while it is pending, because the first message may be lost', async () => {
      const { orders, publishers, aRequest } = await setUp()

      await orders.placeLater(aRequest(keyed), 'kafka')
      publishers.kafka.isDown = true
      await expect(orders.placeLater(aRequest(keyed), 'kafka')).rejects.toThrow(UnavailableError)
      publishers.kafka.isDown = false
      await orders.placeLater(aRequest(keyed), 'kafka')

      expect(publishers.kafka.published).toHaveLength(2)
    })

    it('is refused with another body while the first order is pending, through any channel', async () => {
      const { orders, publishers, productId, aRequest } = await setUp()
      const other = aRequest({ ...keyed, lines: [{ productId, quantity: 1 }] })

      const [first, second] = await Promise.allSettled([
        orders.placeLater(aRequest(keyed), 'kafka'),
        orders.placeLater(other, 'kafka'),
      ])

      expect(first.status).toBe('fulfilled')
      expect(second).toMatchObject({ status: 'rejected', reason: expect.any(IdempotencyKeyReusedError) })
      await expect(orders.placeLater(other, 'rabbitmq')).rejects.toThrow(IdempotencyKeyReusedError)
      expect([publishers.kafka.published.length, publishers.rabbitmq.published.length]).toEqual([1, 0])
    })

    it('does not affect the same key of another user, and other keys', async () => {
      const { orders, productId, aRequest } = await setUp()
      const lines = [{ productId, quantity: 1 }]
      const { id } = await orders.placeLater(aRequest(keyed), 'kafka')

      for (const other of [{ userId: 'bob' }, { idempotencyKey: 'another key' }]) {
        expect((await orders.placeLater(aRequest({ ...keyed, ...other, lines }), 'kafka')).id).not.toBe(id)
      }
    })

    it('is refused after another request with the key is recorded', async () => {
      const { orders, publishers, productId, aRequest } = await setUp()
      await orders.placeNow(aRequest(keyed))
      const other = aRequest({ ...keyed, lines: [{ productId, quantity: 1 }] })

      await expect(orders.placeLater(other, 'kafka')).rejects.toThrow(IdempotencyKeyReusedError)
      expect(publishers.kafka.published).toEqual([])
    })
  })
})

describe('placing consumed messages', () => {
  it('places a batch in order of arrival, and records when it was consumed', async () => {
    const { orders, aConsumed, stockOf, setClock } = await setUp({ stock: 3 })
    const messages = [aConsumed(), aConsumed(), aConsumed()]
    setClock(7)

    const conflicts = await orders.placeConsumed(messages)

    const placed = await Promise.all(messages.map(({ order }) => orders.get(order.id)))
    expect(placed.map(({ status }) => status)).toEqual(['confirmed', 'rejected', 'rejected'])
    expect(placed[0]).toMatchObject({ acceptedAt: NOON, consumedAt: new Date(NOON.getTime() + 7) })
    expect(conflicts).toEqual([])
    expect(await stockOf()).toBe(1)
  })

  it('places a message once, although it is delivered twice', async () => {
    const { orders, aConsumed, stockOf } = await setUp()
    const message = aConsumed()
    await orders.placeConsumed([message, message])

    const conflicts = await orders.placeConsumed([message])

    expect(conflicts).toEqual([])
    expect(await stockOf()).toBe(3)
  })

  it('records an order for an unknown product as rejected, because its buyer has got a 202 already', async () => {
    const { orders, aConsumed } = await setUp()
    const message = aConsumed({ lines: [{ productId: 99, quantity: 1 }] })

    const conflicts = await orders.placeConsumed([message])

    expect(conflicts).toEqual([])
    expect(await orders.get(message.order.id)).toMatchObject({ status: 'rejected', reason: 'unknown-product' })
  })

  it('places the first of two requests with the same key, and returns the message of the other', async () => {
    const { orders, aConsumed, productId, stockOf } = await setUp()
    const first = aConsumed({ id: 'order-1' })
    const second = aConsumed({ id: 'order-1', lines: [{ productId, quantity: 1 }] })

    const conflicts = await orders.placeConsumed([first, second])

    expect(conflicts).toEqual([second])
    expect(await stockOf()).toBe(3)
  })

  it('recognises a synchronous order with the same key', async () => {
    const { orders, publishers, aRequest, aConsumed } = await setUp()
    const { id } = await orders.placeNow(aRequest({ userId: 'ann', idempotencyKey: 'key' }))

    const conflicts = await orders.placeConsumed([aConsumed({ id, userId: 'ann' })])

    expect(publishers.kafka.published).toEqual([])
    expect(conflicts).toEqual([])
  })

  it('does nothing for an empty batch', async () => {
    const { orders } = await setUp()

    expect(await orders.placeConsumed([])).toEqual([])
  })
})
