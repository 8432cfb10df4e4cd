import { expect, it, onTestFinished } from 'vitest'
import { testServer } from '../tools/local/test-servers'
import { auditStock } from './audit-stock'
import { expectAnyProblem } from './expect-problem'
import type { HttpResponse } from './http-response'
import { bodyOf, type Order, uniqueWord } from './shop-client'
import { useShop } from './use-shop'

const shop = useShop()
const mysql = testServer('mysql')

const BUYERS = 8
const RESPONSE_WITHIN_MS = 5_000
const PHASE = { timeout: 60_000, interval: 50 }

interface Sent {
  readonly order: { readonly user_id: string; readonly product_id: number; readonly quantity: number }
  readonly key: string
  readonly response: HttpResponse
  readonly tookMs: number
}

/** Buyers who each send one order after another until they are stopped. */
class Buyers {
  readonly sent: Sent[] = []
  #isOpen = true
  readonly #done: Promise<unknown>

  constructor(productId: number) {
    this.#done = Promise.all(Array.from({ length: BUYERS }, () => this.#buy(productId)))
  }

  count(status: number): number {
    return this.sent.filter(({ response }) => response.status === status).length
  }

  async stop(): Promise<void> {
    this.#isOpen = false
    await this.#done
  }

  async #buy(productId: number): Promise<void> {
    while (this.#isOpen) {
      const order = { user_id: uniqueWord(), product_id: productId, quantity: 1 }
      const key = uniqueWord()
      const startedAt = performance.now()
      const response = await place(order, key)
      this.sent.push({ order, key, response, tookMs: performance.now() - startedAt })
    }
  }
}

it('MySQL can crash under load: every request has a response, no order is lost or doubled, and the shop recovers', async () => {
  const { id } = await shop.client.createProduct({ stock: 1_000_000 })
  const buyers = new Buyers(id)
  let isDown = false
  onTestFinished(async () => {
    await buyers.stop()
    if (isDown) await mysql.start()
  })
  const untilMore = (status: number, count: number) => {
    const before = buyers.count(status)
    return expect.poll(() => buyers.count(status) - before, PHASE).toBeGreaterThanOrEqual(count)
  }

  for (const outage of ['first', 'second']) {
    await untilMore(201, 50)
    isDown = true
    await mysql.kill()
    await untilMore(503, 3 * BUYERS)
    await expectUnavailabilityToBeReported(id, outage)

    await mysql.start()
    isDown = false
    await untilMore(201, 50)
    await expect.poll(async () => (await shop.client.get('/ready')).status, PHASE).toBe(200)
  }
  await buyers.stop()

  for (const { response, tookMs } of buyers.sent) {
    expect(tookMs).toBeLessThan(RESPONSE_WITHIN_MS)
    if (response.status !== 201) expectUnavailable(response)
  }
  const confirmed = buyers.sent.filter(({ response }) => response.status === 201)
  expect(await recordedOf(confirmed.map(({ response }) => bodyOf<Order>(response, 201).id))).toBe(confirmed.length)

  // The outcome of the other orders is unknown. Sent again with its key, each of them is placed exactly once.
  const unknown = buyers.sent.filter(({ response }) => response.status === 503)
  for (const { order, key } of unknown) expect((await place(order, key)).status).toBe(201)
  expect(await auditStock(shop.database, id)).toEqual({
    onHand: 1_000_000 - buyers.sent.length,
    sold: buyers.sent.length,
  })
  expect(shop.server.log).not.toMatch(/"level":"(error|fatal)"/)
})

/** While MySQL is down: the routes that need it refuse, the process is alive, and `/ready` names the reason. */
async function expectUnavailabilityToBeReported(productId: number, outage: string): Promise<void> {
  const needed = [
    () => shop.client.get(`/products/${productId}`),
    () => shop.client.get('/products?search=anything'),
    () => shop.client.get('/orders'),
    () => shop.client.post('/products', { name: outage, price: 1 }),
    () => shop.client.post(`/products/${productId}/inventory/adjustments`, { delta: 1, reason: outage }),
  ]
  await Promise.all(
    needed.map(async (send) => {
      const startedAt = performance.now()
      expectUnavailable(await send())
      expect(performance.now() - startedAt).toBeLessThan(RESPONSE_WITHIN_MS)
    }),
  )
  expect(await shop.client.get('/health')).toMatchObject({ status: 200, body: { status: 'alive' } })
  expect(await shop.client.get('/ready')).toMatchObject({
    status: 503,
    body: {
      status: 'unavailable',
      dependencies: { mysql: { status: 'down', required: true, reason: expect.any(String) } },
    },
  })
}

function expectUnavailable(response: HttpResponse): void {
  // A request that waited too long behind others was not even tried.
  expect(['/problems/overloaded', '/problems/unavailable']).toContain(expectAnyProblem(response).type)
  expect(response.status).toBe(503)
  expect(Number(response.headers['retry-after'])).toBeGreaterThan(0)
}

function place(order: Sent['order'], key: string): Promise<HttpResponse> {
  return shop.client.post('/orders/sync', order, { 'idempotency-key': key })
}

async function recordedOf(ids: readonly string[]): Promise<number> {
  const [row] = await shop.database.read((session) =>
    session.rows<{ recorded: number }>('SELECT COUNT(*) AS recorded FROM orders WHERE id IN (?)', [[...ids]]),
  )
  return row?.recorded ?? 0
}
