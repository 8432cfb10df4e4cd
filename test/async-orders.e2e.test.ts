import { type AcceptedOrder, type AsyncChannel, orderPlaced } from '@ecommerce/domain'
import { anAcceptedOrder } from '@ecommerce/testing'
import { holdingProduct } from '@ecommerce/testing/mysql'
import { describe, expect, it } from 'vitest'
import { auditStock } from './audit-stock'
import { expectProblem } from './expect-problem'
import type { HttpResponse } from './http-response'
import { useOrderBrokers } from './order-brokers'
import { bodyOf, type Order, type Page, uniqueWord } from './shop-client'
import { useShop } from './use-shop'

const shop = useShop()
const brokers = useOrderBrokers()

const CHANNELS = ['kafka', 'rabbitmq'] as const
/** Includes the first rebalance of a new consumer group. */
const SOON = { timeout: 20_000, interval: 20 }

interface Timeline {
  readonly status: string
  readonly history: readonly { status: string; at: string }[]
  readonly stages?: Readonly<Record<string, number>>
}

interface DeadLetterBody {
  readonly id: string
  readonly broker: string
  readonly source: string
  readonly message_id: string
  readonly cause: { readonly code: string; readonly detail: string }
  readonly body: string
}

const send = (route: string, body: unknown, key?: string): Promise<HttpResponse> =>
  shop.client.post(`/orders/${route}`, body, key === undefined ? {} : { 'idempotency-key': key })

/** Sends an order that must be accepted, and returns its id. */
async function accepted(channel: AsyncChannel, body: unknown, key?: string): Promise<string> {
  const response = await send(`async/${channel}`, body, key)
  const { id } = bodyOf<Order>(response, 202)
  expect(response).toMatchObject({ headers: { location: `/orders/${id}` }, body: { id, status: 'pending' } })
  return id
}

/** Polls an order until it is as expected. It must never be missing, and only be pending before. */
async function expectToBecome(
  id: string,
  expected: Partial<Order> & { reason?: string; shortages?: unknown },
): Promise<Order> {
  const seen = new Set<string>()
  const look = async () => {
    const order = await shop.client.getOrder(id)
    seen.add(order.status)
    return order
  }
  await expect.poll(look, SOON).toMatchObject(expected)
  expect([...seen].slice(0, -1)).toEqual(seen.size > 1 ? ['pending'] : [])
  return shop.client.getOrder(id)
}

const ordersOf = async (userId: string) =>
  bodyOf<Page<Order>>(await shop.client.get(`/orders?user_id=${userId}`), 200).items

/** The only dead letter of a message, including its body. */
async function deadLetterOf(messageId: string): Promise<DeadLetterBody> {
  const find = async () =>
    (await shop.client.pages<DeadLetterBody>('/dead-letters?limit=100'))
      .flat()
      .filter(({ message_id }) => message_id === messageId)
  await expect.poll(find, SOON).toHaveLength(1)
  const [letter] = await find()
  return bodyOf(await shop.client.get(`/dead-letters/${letter?.id}`), 200)
}

function aMessage(channel: AsyncChannel, order: Partial<AcceptedOrder>) {
  return orderPlaced(anAcceptedOrder({ channel, userId: uniqueWord(), acceptedAt: new Date(), ...order }))
}

describe.each(CHANNELS)('an order through %s', (channel) => {
  it('is accepted as pending, is never missing after that, and is confirmed', async () => {
    const userId = uniqueWord()
    const product = await shop.client.createProduct({ name: 'Kettle', price: 39.9, stock: 5 })

    const id = await accepted(channel, { user_id: userId, product_id: product.id, quantity: 2 })

    expect(await expectToBecome(id, { status: 'confirmed' })).toEqual({
      id,
      status: 'confirmed',
      user_id: userId,
      channel,
      items: [{ product_id: product.id, name: 'Kettle', unit_price: 39.9, quantity: 2 }],
      total: 79.8,
      accepted_at: expect.any(String),
      consumed_at: expect.any(String),
      committed_at: expect.any(String),
      updated_at: expect.any(String),
    })
    expect(await auditStock(shop.database, product.id)).toEqual({ onHand: 3, sold: 2 })
  })

  it('is never missing and is confirmed when two hundred are sent at the same time', async () => {
    const { id: productId } = await shop.client.createProduct({ stock: 200 })

    const ids = await Promise.all(
      Array.from({ length: 200 }, async () => {
        const id = await accepted(channel, { user_id: uniqueWord(), product_id: productId, quantity: 1 })
        expect((await shop.client.getOrder(id)).status).toMatch(/^(pending|confirmed)$/)
        return id
      }),
    )

    for (const id of ids) await expectToBecome(id, { status: 'confirmed' })
    expect(await auditStock(shop.database, productId)).toEqual({ onHand: 0, sold: 200 })
  })

  it('has a timeline with the times of acceptance, consumption and commit', async () => {
    const { id: productId } = await shop.client.createProduct({ stock: 1 })
    const id = await accepted(channel, { user_id: 'ann', product_id: productId, quantity: 1 })
    const order = await expectToBecome(id, { status: 'confirmed' })

    const timeline = bodyOf<Timeline>(await shop.client.get(`/orders/${id}/timeline`), 200)

    expect(timeline.history.map(({ status }) => status)).toEqual(['pending', 'confirmed'])
    expect(timeline.history[0]?.at).toBe(order.accepted_at)
    const { accepted_to_consumed_ms, consumed_to_committed_ms, accepted_to_committed_ms } = timeline.stages ?? {}
    expect(Number(accepted_to_consumed_ms)).toBeGreaterThanOrEqual(0)
    expect(Number(consumed_to_committed_ms)).toBeGreaterThanOrEqual(0)
    expect(Number(accepted_to_consumed_ms) + Number(consumed_to_committed_ms)).toBe(accepted_to_committed_ms)
    expect(Date.parse(order.consumed_at) - Date.parse(order.accepted_at)).toBe(accepted_to_consumed_ms)
    expect(Date.parse(order.committed_at) - Date.parse(order.accepted_at)).toBe(accepted_to_committed_ms)
  })

  it('is rejected with the reason when its product does not exist', async () => {
    const { id: productId } = await shop.client.createProduct({ stock: 5 })
    const items = [productId, 4_000_000_000].map((product_id) => ({ product_id, quantity: 1 }))

    const id = await accepted(channel, { user_id: 'ann', items })

    await expectToBecome(id, { status: 'rejected', reason: 'unknown-product' })
    expect(await auditStock(shop.database, productId)).toEqual({ onHand: 5, sold: 0 })
  })

  it('is rejected with the shortages when the stock is too low', async () => {
    const [plenty, few] = await Promise.all([9, 2].map((stock) => shop.client.createProduct({ stock })))
    const items = [plenty, few].map((product) => ({ product_id: product?.id, quantity: 3 }))

    const id = await accepted(channel, { user_id: 'ann', items })

    const shortages = [{ product_id: few?.id, requested: 3, available: 2 }]
    await expectToBecome(id, { status: 'rejected', reason: 'insufficient-stock', shortages })
    expect(await auditStock(shop.database, plenty?.id ?? 0)).toEqual({ onHand: 9, sold: 0 })
  })

  it('can be cancelled after its confirmation, which returns its units to stock', async () => {
    const { id: productId } = await shop.client.createProduct({ stock: 5 })
    const id = await accepted(channel, { user_id: 'ann', product_id: productId, quantity: 2 })
    await expectToBecome(id, { status: 'confirmed' })

    bodyOf(await shop.client.post(`/orders/${id}/cancel`), 200)

    expect(await shop.client.getOrder(id)).toMatchObject({ status: 'cancelled' })
    expect(await auditStock(shop.database, productId)).toEqual({ onHand: 5, sold: 0 })
  })

  it('is refused when its key was used before with another body', async () => {
    const [userId, key] = [uniqueWord(), uniqueWord()]
    const { id: productId } = await shop.client.createProduct({ stock: 5 })
    const body = { user_id: userId, product_id: productId, quantity: 1 }
    const id = await accepted(channel, body, key)
    await expectToBecome(id, { status: 'confirmed' })

    expectProblem(await send(`async/${channel}`, { ...body, quantity: 2 }, key), 'idempotency-key-reused')

    expect(await send(`async/${channel}`, body, key)).toMatchObject({ status: 202, body: { id, status: 'confirmed' } })
    expect(await ordersOf(userId)).toHaveLength(1)
    expect(await auditStock(shop.database, productId)).toEqual({ onHand: 4, sold: 1 })
  })

  it('is shown as it is now when its request is repeated, whatever has become of it', async () => {
    const [userId, key] = [uniqueWord(), uniqueWord()]
    const { id: productId } = await shop.client.createProduct({ stock: 5 })
    const body = { user_id: userId, product_id: productId, quantity: 1 }
    const short = { ...body, quantity: 9 }
    const id = await accepted(channel, body, key)
    const rejected = await accepted(channel, short, `${key}-short`)
    await expectToBecome(id, { status: 'confirmed' })
    await expectToBecome(rejected, { status: 'rejected' })

    const expectRepeated = async (given: object, givenKey: string, orderId: string) =>
      expect(await send(`async/${channel}`, given, givenKey)).toMatchObject({
        status: 202,
        headers: { location: `/orders/${orderId}` },
        body: await shop.client.getOrder(orderId),
      })

    await expectRepeated(body, key, id)
    await expectRepeated(short, `${key}-short`, rejected)
    await shop.client.moveOrder(id, 'cancelled')
    await expectRepeated(body, key, id)
    expect(await auditStock(shop.database, productId)).toEqual({ onHand: 5, sold: 0 })
  })

  it('is refused, with its other body, while the first order with its key is pending', async () => {
    const [userId, key] = [uniqueWord(), uniqueWord()]
    const { id: productId } = await shop.client.createProduct({ stock: 10 })
    const body = { user_id: userId, product_id: productId, quantity: 1 }

    // No order of this product can be placed during this time.
    const responses = await holdingProduct(shop.database, productId, () =>
      Promise.all(
        Array.from({ length: 10 }, (_, at) => send(`async/${channel}`, { ...body, quantity: 1 + (at % 2) }, key)),
      ),
    )

    const refused = responses.filter(({ status }) => status !== 202)
    expect(refused).toHaveLength(5)
    for (const response of refused) expectProblem(response, 'idempotency-key-reused')
    const [id] = responses.filter(({ status }) => status === 202).map((response) => bodyOf<Order>(response, 202).id)
    await expectToBecome(id ?? '', { status: 'confirmed' })
    expect(await ordersOf(userId)).toHaveLength(1)
  })

  it('is dead-lettered when another instance accepted another body with its key, and both are pending', async () => {
    const [userId, key] = [uniqueWord(), uniqueWord()]
    const { id: productId } = await shop.client.createProduct({ stock: 10 })

    // No order of this product can be placed during this time.
    const first = await holdingProduct(shop.database, productId, async () => {
      const id = await accepted(channel, { user_id: userId, product_id: productId, quantity: 1 }, key)
      await brokers[channel].publish(aMessage(channel, { id, userId, lines: [{ productId, quantity: 2 }] }))
      return id
    })

    const letter = await deadLetterOf(first)
    expect(letter).toMatchObject({ broker: channel, source: 'orders', cause: { code: 'idempotency-key-reused' } })
    const [order, ...others] = await ordersOf(userId)
    expect(others).toEqual([])
    // The workers of a queue run concurrently, so either of the two messages can be the first one.
    if (channel === 'kafka') expect(order).toMatchObject({ items: [{ quantity: 1 }] })
    const lost = JSON.parse(letter.body).order.items[0].quantity
    const won = order?.items[0]?.quantity ?? 0
    expect([won, lost].sort()).toEqual([1, 2])
    expect(await auditStock(shop.database, productId)).toEqual({ onHand: 10 - won, sold: won })
  })

  it('is dead-lettered when a synchronous order with the same key and another body is placed before it', async () => {
    const [userId, key] = [uniqueWord(), uniqueWord()]
    const [held, free] = [await shop.client.createProduct({ stock: 9 }), await shop.client.createProduct({ stock: 9 })]

    const [id, placed] = await holdingProduct(
      shop.database,
      held.id,
      async (): Promise<[string, Order]> => [
        await accepted(channel, { user_id: userId, product_id: held.id, quantity: 1 }, key),
        bodyOf<Order>(await send('sync', { user_id: userId, product_id: free.id, quantity: 1 }, key), 201),
      ],
    )

    expect(placed.id).toBe(id)
    expect(await deadLetterOf(id)).toMatchObject({ broker: channel, cause: { code: 'idempotency-key-reused' } })
    expect(await ordersOf(userId)).toEqual([placed])
    expect(await auditStock(shop.database, held.id)).toEqual({ onHand: 9, sold: 0 })
    expect(await auditStock(shop.database, free.id)).toEqual({ onHand: 8, sold: 1 })
  })

  it('has no negative stage or latency when the clock that accepted it is ahead', async () => {
    const [userId, { id: productId }] = [uniqueWord(), await shop.client.createProduct({ stock: 1 })]
    const sum = async () => {
      const { body } = await shop.client.get('/metrics')
      const line = new RegExp(`^ecommerce_order_accepted_to_committed_seconds_sum\\{channel="${channel}"\\} (.*)$`, 'm')
      return Number(line.exec(String(body))?.[1] ?? 0)
    }
    const before = await sum()
    const message = aMessage(channel, {
      userId,
      lines: [{ productId, quantity: 1 }],
      acceptedAt: new Date(Date.now() + 60_000),
    })

    await brokers[channel].publish(message)

    await expect.poll(async () => (await ordersOf(userId)).length, SOON).toBe(1)
    const timeline = bodyOf<Timeline>(await shop.client.get(`/orders/${message.id}/timeline`), 200)
    expect(timeline.stages).toMatchObject({ accepted_to_consumed_ms: 0 })
    expect(await sum()).toBeGreaterThanOrEqual(before)
  })

  it('is placed once when its message is delivered three times', async () => {
    const [userId, { id: productId }] = [uniqueWord(), await shop.client.createProduct({ stock: 10 })]
    const lines = [{ productId, quantity: 2 }]
    const message = aMessage(channel, { userId, lines })
    const next = aMessage(channel, { userId, lines })

    for (const copy of [message, message, message, next]) await brokers[channel].publish(copy)

    await expect.poll(async () => (await ordersOf(userId)).length, SOON).toBe(2)
    await expectToBecome(message.id, { status: 'confirmed' })
    expect(await auditStock(shop.database, productId)).toEqual({ onHand: 6, sold: 4 })
  })
})

it('one key on all three channels is one order, which reduces the stock once', async () => {
  const [userId, key] = [uniqueWord(), uniqueWord()]
  const { id: productId } = await shop.client.createProduct({ stock: 10 })
  const body = { user_id: userId, product_id: productId, quantity: 3 }

  const responses = await Promise.all(
    Array.from({ length: 10 }, () => ['sync', 'async/kafka', 'async/rabbitmq'])
      .flat()
      .map((route) => send(route, body, key)),
  )

  const ids = responses.map((response) => {
    expect([201, 202], JSON.stringify(response.body)).toContain(response.status)
    return bodyOf<Order>(response, response.status).id
  })
  expect(new Set(ids).size).toBe(1)
  await expectToBecome(ids[0] ?? '', { status: 'confirmed' })
  // These follow the copies: the orders of a user share a partition, and all orders share the queue.
  const markers = await Promise.all(
    CHANNELS.map((channel) => accepted(channel, { user_id: userId, product_id: productId, quantity: 1 })),
  )
  for (const id of markers) await expectToBecome(id, { status: 'confirmed' })
  expect(await ordersOf(userId)).toHaveLength(3)
  expect(await auditStock(shop.database, productId)).toEqual({ onHand: 5, sold: 5 })
})

describe.each(CHANNELS)('an invalid message in %s', (channel) => {
  const valid = () => JSON.parse(String(aMessage(channel, { id: crypto.randomUUID() }).body))
  const twice = [1, 2].map((quantity) => ({ product_id: 1, quantity }))

  it.each([
    { what: 'is not JSON', body: () => '{"type":', cause: 'malformed-json' },
    { what: 'is not text', body: () => Buffer.from([0xff, 0xfe, 0x00, 0x80]), cause: 'malformed-json' },
    { what: 'is empty', body: () => '', cause: 'malformed-json' },
    { what: 'is null', body: () => 'null', cause: 'invalid-message' },
    { what: 'has another version', body: () => ({ ...valid(), version: 2 }), cause: 'invalid-message' },
    { what: 'has another type', body: () => ({ ...valid(), type: 'order_lost' }), cause: 'invalid-message' },
    { what: 'names no user', body: () => withOrder(valid(), { user_id: '' }), cause: 'invalid-message' },
    { what: 'names a product twice', body: () => withOrder(valid(), { items: twice }), cause: 'invalid-message' },
    { what: 'has no items', body: () => withOrder(valid(), { items: [] }), cause: 'invalid-message' },
    { what: 'has an invalid id', body: () => withOrder(valid(), { id: 'x' }), cause: 'invalid-message' },
    { what: 'has an invalid time', body: () => ({ ...valid(), accepted_at: 'today' }), cause: 'invalid-message' },
    {
      what: 'comes from the future',
      body: () => ({ ...valid(), accepted_at: new Date(Date.now() + 86_400_000).toISOString() }),
      cause: 'implausible-time',
    },
    {
      what: 'is older than the shop',
      body: () => ({ ...valid(), accepted_at: '0001-01-01T00:00:00.000Z' }),
      cause: 'implausible-time',
    },
  ])('is dead-lettered because it $what, and the messages after it are placed', async ({ body, cause }) => {
    const { id: productId } = await shop.client.createProduct({ stock: 10 })
    const next = aMessage(channel, { lines: [{ productId, quantity: 1 }] })
    const content = body()
    const raw = typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content)
    const poison = { ...next, id: uniqueWord(), body: raw }

    await brokers[channel].publish(poison)
    await brokers[channel].publish(next)

    await expect.poll(() => ordersOf(next.key), SOON).toMatchObject([{ id: next.id, status: 'confirmed' }])
    expect(await deadLetterOf(poison.id)).toMatchObject({
      broker: channel,
      source: 'orders',
      status: 'open',
      cause: { code: cause, detail: expect.stringMatching(/\w/) },
      body: Buffer.isBuffer(raw) ? raw.toString('base64') : raw,
    })
  })
})

function withOrder(message: { order: object }, members: object): object {
  return { ...message, order: { ...message.order, ...members } }
}
