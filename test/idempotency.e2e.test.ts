import { expect, it } from 'vitest'
import { expectProblem } from './expect-problem'
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
