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
