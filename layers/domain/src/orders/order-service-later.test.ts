import { aNewProduct, anAcceptedOrder, anOrderRequest, NOON, openFakeShop } from '@ecommerce/testing'
import { describe, expect, it } from 'vitest'
import { UnavailableError } from '../errors'
import { IdempotencyKeyReusedError } from './order-errors'
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
  it.each(['kafka', 'rabbitmq'] as const)('leaves it with the broker of %s and records nothing', async (channel) => {
    const { orders, publishers, tables, ids, aRequest } = await setUp()

    const order = await orders.placeLater(aRequest({ userId: 'ann' }), channel)

    expect(order).toEqual({ id: order.id, status: 'pending', acceptedAt: NOON })
    expect(ids.isGenuine(order.id)).toBe(true)
    expect(publishers[channel].published).toMatchObject([{ id: order.id, key: 'ann' }])
    expect(publishers[channel === 'kafka' ? 'rabbitmq' : 'kafka'].published).toEqual([])
    expect(tables.orders.size).toBe(0)
  })

  it('says in the message all that placement needs', async () => {
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

  it('hands the trace of the caller on with it, as it is, and makes up none', async () => {
    const { orders, publishers, aRequest } = await setUp()
    const trace = { traceparent: `00-${'a'.repeat(32)}-${'1'.repeat(16)}-01`, tracestate: 'vendor=x' }

    await orders.placeLater(aRequest(), 'kafka', trace)
    await orders.placeLater(aRequest(), 'kafka')

    const [traced, untraced] = publishers.kafka.published
    expect(traced?.headers).toMatchObject(trace)
    expect(Object.keys(untraced?.headers ?? {})).toEqual(['accepted-at-us'])
  })

  it('can be looked up at once', async () => {
    const { orders, aRequest } = await setUp()

    const order = await orders.placeLater(aRequest(), 'kafka')

    expect(await orders.get(order.id)).toEqual(order)
  })

  it('is no order when the broker is away', async () => {
    const { orders, publishers, aRequest } = await setUp()
    publishers.kafka.isAway = true

    await expect(orders.placeLater(aRequest(), 'kafka')).rejects.toThrow(UnavailableError)
  })

  describe('under an idempotency key', () => {
    const keyed = { userId: 'ann', idempotencyKey: 'key' }

    it('gets one id, however often it is sent before it is placed', async () => {
      const { orders, aRequest } = await setUp()

      const first = await orders.placeLater(aRequest(keyed), 'kafka')
      const second = await orders.placeLater(aRequest(keyed), 'kafka')

      expect(second).toEqual(first)
    })

    it('is not sent again once it is recorded', async () => {
      const { orders, publishers, aRequest } = await setUp()
      const first = await orders.placeNow(aRequest(keyed))

      const second = await orders.placeLater(aRequest(keyed), 'kafka')

      expect(second.id).toBe(first.id)
      expect(publishers.kafka.published).toEqual([])
    })

    it('is refused once another request is recorded under the key', async () => {
      const { orders, publishers, productId, aRequest } = await setUp()
      await orders.placeNow(aRequest(keyed))
      const other = aRequest({ ...keyed, lines: [{ productId, quantity: 1 }] })

      await expect(orders.placeLater(other, 'kafka')).rejects.toThrow(IdempotencyKeyReusedError)
      expect(publishers.kafka.published).toEqual([])
    })
  })
})

describe('placing what was consumed', () => {
  it('places a batch in order of arrival, and says when it was consumed', async () => {
    const { orders, aConsumed, stockOf, goOn } = await setUp({ stock: 3 })
    const messages = [aConsumed(), aConsumed(), aConsumed()]
    goOn(7)

    const conflicts = await orders.placeConsumed(messages)

    const placed = await Promise.all(messages.map(({ order }) => orders.get(order.id)))
    expect(placed.map(({ status }) => status)).toEqual(['confirmed', 'rejected', 'rejected'])
    expect(placed[0]).toMatchObject({ acceptedAt: NOON, consumedAt: new Date(NOON.getTime() + 7) })
    expect(conflicts).toEqual([])
    expect(await stockOf()).toBe(1)
  })

  it('places a message that is delivered again once', async () => {
    const { orders, aConsumed, stockOf } = await setUp()
    const message = aConsumed()
    await orders.placeConsumed([message, message])

    const conflicts = await orders.placeConsumed([message])

    expect(conflicts).toEqual([])
    expect(await stockOf()).toBe(3)
  })

  it('records an order for an unknown product as rejected: its buyer got an answer already', async () => {
    const { orders, aConsumed } = await setUp()
    const message = aConsumed({ lines: [{ productId: 99, quantity: 1 }] })

    const conflicts = await orders.placeConsumed([message])

    expect(conflicts).toEqual([])
    expect(await orders.get(message.order.id)).toMatchObject({ status: 'rejected', reason: 'unknown-product' })
  })

  it('lets the first of two requests under one key win, and hands the other back', async () => {
    const { orders, aConsumed, productId, stockOf } = await setUp()
    const first = aConsumed({ id: 'order-1' })
    const second = aConsumed({ id: 'order-1', lines: [{ productId, quantity: 1 }] })

    const conflicts = await orders.placeConsumed([first, second])

    expect(conflicts).toEqual([second])
    expect(await stockOf()).toBe(3)
  })

  it('knows the request that was placed now under the same key', async () => {
    const { orders, publishers, aRequest, aConsumed } = await setUp()
    const { id } = await orders.placeNow(aRequest({ userId: 'ann', idempotencyKey: 'key' }))

    const conflicts = await orders.placeConsumed([aConsumed({ id, userId: 'ann' })])

    expect(publishers.kafka.published).toEqual([])
    expect(conflicts).toEqual([])
  })

  it('has nothing to do with an empty batch', async () => {
    const { orders } = await setUp()

    expect(await orders.placeConsumed([])).toEqual([])
  })
})
