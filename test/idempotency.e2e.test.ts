import { describe, expect, it } from 'vitest'
import { expectProblem, pointersOf } from './expect-problem'
import type { HttpResponse } from './http-response'
import { bodyOf, type Order, type Page, uniqueWord } from './shop-client'
import { useShop } from './use-shop'

const shop = useShop()

const post = (key: string, body: unknown): Promise<HttpResponse> =>
  shop.client.post('/orders/sync', body, { 'idempotency-key': key })

const ordersOf = async (userId: string) =>
  bodyOf<Page<Order>>(await shop.client.get(`/orders?user_id=${userId}`), 200).items

it('fifty concurrent requests with one key place one order, and all receive its response', async () => {
  const [userId, key] = [uniqueWord(), uniqueWord()]
  const { id } = await shop.client.createProduct({ price: 2.5, stock: 100 })

  const responses = await Promise.all(
    Array.from({ length: 50 }, () => post(key, { user_id: userId, product_id: id, quantity: 2 })),
  )

  const [first] = responses
  for (const { status, headers, body } of responses) {
    expect({ status, location: headers.location, body }).toEqual({
      status: 201,
      location: first?.headers.location,
      body: first?.body,
    })
  }
  expect(await ordersOf(userId)).toEqual([first?.body])
  expect(await shop.client.getInventory(id)).toMatchObject({ on_hand: 98, sold: 2 })
})

it('a key that is used again with another body is refused and places no order', async () => {
  const [userId, key] = [uniqueWord(), uniqueWord()]
  const { id } = await shop.client.createProduct({ stock: 100 })
  const { id: otherId } = await shop.client.createProduct({ stock: 100 })
  const first = bodyOf<Order>(await post(key, { user_id: userId, product_id: id, quantity: 1 }), 201)

  for (const items of [
    [{ product_id: id, quantity: 2 }],
    [{ product_id: otherId, quantity: 1 }],
    [
      { product_id: id, quantity: 1 },
      { product_id: otherId, quantity: 1 },
    ],
  ]) {
    expectProblem(await post(key, { user_id: userId, items }), 'idempotency-key-reused')
  }

  expect(await ordersOf(userId)).toEqual([first])
  expect(await shop.client.getInventory(otherId)).toMatchObject({ on_hand: 100 })
})

it('the first of two bodies with one key places its order, and the other body is refused', async () => {
  const [userId, key] = [uniqueWord(), uniqueWord()]
  const { id } = await shop.client.createProduct({ stock: 100 })

  const responses = await Promise.all(
    Array.from({ length: 20 }, (_, at) => post(key, { user_id: userId, product_id: id, quantity: 1 + (at % 2) })),
  )

  const orders = await ordersOf(userId)
  expect(orders).toHaveLength(1)
  const accepted = responses.filter(({ status }) => status === 201)
  expect(accepted).toHaveLength(10)
  for (const { body } of accepted) expect(body).toEqual(orders[0])
  for (const response of responses.filter(({ status }) => status !== 201))
    expectProblem(response, 'idempotency-key-reused')
})

it('the two forms of one order count as the same body', async () => {
  const [userId, key] = [uniqueWord(), uniqueWord()]
  const { id } = await shop.client.createProduct({ stock: 100 })

  const short = await post(key, { user_id: userId, product_id: id, quantity: 3 })
  const long = await post(key, { quantity: undefined, items: [{ quantity: 3, product_id: id }], user_id: userId })

  expect(long).toMatchObject({ status: 201, body: short.body })
})

it('a key belongs to a user: the same key of another user places another order', async () => {
  const key = uniqueWord()
  const { id } = await shop.client.createProduct({ stock: 100 })

  const [mine, yours] = await Promise.all(
    [uniqueWord(), uniqueWord()].map((userId) => post(key, { user_id: userId, product_id: id, quantity: 1 })),
  )

  expect([mine?.status, yours?.status]).toEqual([201, 201])
  expect(bodyOf<Order>(mine as HttpResponse, 201).id).not.toBe(bodyOf<Order>(yours as HttpResponse, 201).id)
})

it('a repeated request of a rejected order receives the first response, even if there is stock now', async () => {
  const [userId, key] = [uniqueWord(), uniqueWord()]
  const { id } = await shop.client.createProduct({ stock: 1 })
  const body = { user_id: userId, items: [{ product_id: id, quantity: 2 }] }
  const { request_id: _, ...first } = expectProblem(await post(key, body), 'insufficient-stock')

  await shop.client.post(`/products/${id}/inventory/adjustments`, { delta: 50, reason: 'delivery' })
  const { request_id: __, ...again } = expectProblem(await post(key, body), 'insufficient-stock')

  expect(again).toEqual(first)
  expect(await ordersOf(userId)).toHaveLength(1)
  expect(await shop.client.getInventory(id)).toMatchObject({ on_hand: 51, sold: 0 })
})

it.each(['shipped', 'cancelled'])(
  'a repeated request receives the first response after the order was %s',
  async (status) => {
    const [userId, key] = [uniqueWord(), uniqueWord()]
    const { id } = await shop.client.createProduct({ price: 5, stock: 1 })
    const body = { user_id: userId, product_id: id, quantity: 1 }
    const first = bodyOf<Order>(await post(key, body), 201)

    await shop.client.moveOrder(first.id, status)
    await shop.client.send('PATCH', `/products/${id}`, { json: { price: 9 } })
    const again = await post(key, body)

    expect(again).toMatchObject({ status: 201, headers: { location: `/orders/${first.id}` }, body: first })
    expect((await shop.client.getOrder(first.id)).status).toBe(status)
  },
)

it('an invalid request does not use up its key', async () => {
  const [userId, key] = [uniqueWord(), uniqueWord()]
  const { id } = await shop.client.createProduct({ stock: 1 })
  expectProblem(await post(key, { user_id: userId, product_id: id, quantity: 0 }), 'invalid-input')
  expectProblem(await post(key, { user_id: userId, product_id: 4_000_000_000, quantity: 1 }), 'unknown-product')

  const response = await post(key, { user_id: userId, product_id: id, quantity: 1 })

  expect(response.status).toBe(201)
})

it('the same request without a key, sent twice, places two orders', async () => {
  const userId = uniqueWord()
  const { id } = await shop.client.createProduct({ stock: 2 })

  await shop.client.placeOrder([{ product_id: id, quantity: 1 }], userId)
  await shop.client.placeOrder([{ product_id: id, quantity: 1 }], userId)

  expect(await ordersOf(userId)).toHaveLength(2)
})

describe('a stock adjustment with a key', () => {
  const adjust = (id: number, key: string, body: object = { delta: 5, reason: 'delivery' }) =>
    shop.client.post(`/products/${id}/inventory/adjustments`, body, { 'idempotency-key': key })

  it('happens once, even with many concurrent requests, which all receive its response', async () => {
    const key = uniqueWord()
    const { id } = await shop.client.createProduct({ stock: 10 })

    const responses = await Promise.all(Array.from({ length: 30 }, () => adjust(id, key)))

    for (const response of responses)
      expect(response).toMatchObject({ status: 201, body: responses[0]?.body as object })
    expect(await shop.client.getInventory(id)).toMatchObject({ on_hand: 15, ledger: { length: 2 } })
  })

  it('receives its first response again, even after other changes of the stock', async () => {
    const key = uniqueWord()
    const { id } = await shop.client.createProduct({ stock: 10 })
    const first = await adjust(id, key)
    await adjust(id, uniqueWord(), { delta: -15, reason: 'flood' })
    await shop.client.send('DELETE', `/products/${id}`)

    expect(await adjust(id, key)).toMatchObject({ status: 201, body: first.body as object })
  })

  it('is refused with another body, and has the keys of its product only', async () => {
    const key = uniqueWord()
    const [one, other] = [await shop.client.createProduct({ stock: 1 }), await shop.client.createProduct({ stock: 1 })]
    bodyOf(await adjust(one.id, key), 201)

    expectProblem(await adjust(one.id, key, { delta: 6, reason: 'delivery' }), 'idempotency-key-reused')
    expectProblem(await adjust(one.id, key, { delta: 5, reason: 'found' }), 'idempotency-key-reused')
    bodyOf(await adjust(other.id, key, { delta: 6, reason: 'delivery' }), 201)

    expect([await shop.client.getProduct(one.id), await shop.client.getProduct(other.id)]).toMatchObject([
      { stock: 6 },
      { stock: 7 },
    ])
  })
})

it('a new product with a key is created once, and its response stays the same after changes', async () => {
  const [key, name] = [uniqueWord(), uniqueWord()]
  const create = (price: number) => shop.client.post('/products', { name, price }, { 'idempotency-key': key })

  const responses = await Promise.all(Array.from({ length: 20 }, () => create(3)))
  const { id } = bodyOf<{ id: number }>(responses[0] as HttpResponse, 201)
  await shop.client.send('PATCH', `/products/${id}`, { json: { price: 4 } })
  responses.push(await create(3))

  for (const { status, headers, body } of responses) {
    expect({ status, location: headers.location, body }).toEqual({
      status: 201,
      location: `/products/${id}`,
      body: responses[0]?.body,
    })
  }
  expectProblem(await create(5), 'idempotency-key-reused')
})

it('a cancellation with a key happens once, and its repetition gets the first response', async () => {
  const key = { 'idempotency-key': uniqueWord() }
  const { id: productId } = await shop.client.createProduct({ stock: 5 })
  const { id } = await shop.client.placeOrder([{ product_id: productId, quantity: 2 }])

  const responses = await Promise.all(
    Array.from({ length: 10 }, () => shop.client.post(`/orders/${id}/cancel`, { note: 'too late' }, key)),
  )
  const byStatus = await shop.client.post(`/orders/${id}/status`, { status: 'cancelled', note: 'too late' }, key)

  for (const response of [...responses, byStatus]) {
    expect(response).toMatchObject({ status: 200, body: responses[0]?.body as object })
  }
  expectProblem(await shop.client.post(`/orders/${id}/cancel`, {}, key), 'idempotency-key-reused')
  expectProblem(await shop.client.post(`/orders/${id}/cancel`), 'illegal-transition')
  expect(await shop.client.getInventory(productId)).toMatchObject({ on_hand: 5, sold: 0 })
})

it.each([
  ['PUT', '/products/1', { name: 'Lamp', price: 1 }],
  ['PATCH', '/products/1', { price: 1 }],
  ['DELETE', '/products/1', undefined],
  ['POST', `/dead-letters/${'0'.repeat(32)}/replay`, undefined],
  ['DELETE', `/dead-letters/${'0'.repeat(32)}`, undefined],
] as const)('%s %s does not support a key, and refuses it by name', async (method, path, json) => {
  const response = await shop.client.send(method, path, { json, headers: { 'idempotency-key': 'key' } })

  const problem = expectProblem(response, 'invalid-input')
  expect(pointersOf(problem)).toEqual(['/idempotency-key'])
  expect(problem.errors?.[0]?.detail).toContain('is not supported by this route')
})

it.each(['', 'a b', 'a,b', 'a, b', 'x'.repeat(129)])(
  'the key %j is refused by every route that supports keys',
  async (key) => {
    const { id } = await shop.client.createProduct({ stock: 5 })
    const order = await shop.client.placeOrder([{ product_id: id, quantity: 1 }])
    const headers = { 'idempotency-key': key }

    const responses = await Promise.all([
      shop.client.post('/products', { name: 'Lamp', price: 1 }, headers),
      shop.client.post(`/products/${id}/inventory/adjustments`, { delta: 1, reason: 'found' }, headers),
      ...['sync', 'async/kafka', 'async/rabbitmq'].map((route) =>
        shop.client.post(`/orders/${route}`, { user_id: 'ann', product_id: id, quantity: 1 }, headers),
      ),
      shop.client.post(`/orders/${order.id}/cancel`, {}, headers),
      shop.client.post(`/orders/${order.id}/status`, { status: 'shipped' }, headers),
    ])

    for (const response of responses)
      expect(pointersOf(expectProblem(response, 'invalid-input'))).toEqual(['/idempotency-key'])
  },
)

it('a key may be as short and as long as the contract says, on every route, and is separate for each', async () => {
  for (const key of ['!', '~'.repeat(128)]) {
    const headers = { 'idempotency-key': key }
    const userId = uniqueWord()
    const { id } = await shop.client.createProduct({ stock: 5 })
    const order = { user_id: userId, product_id: id, quantity: 1 }

    const adjusted = await shop.client.post(`/products/${id}/inventory/adjustments`, { delta: 1, reason: 'x' }, headers)
    const placed = bodyOf<Order>(await shop.client.post('/orders/sync', order, headers), 201)
    const shipped = await shop.client.post(`/orders/${placed.id}/status`, { status: 'shipped' }, headers)

    expect([adjusted.status, shipped.status]).toEqual([201, 200])
  }
})
