import { expect, it } from 'vitest'
import { auditStock } from './audit-stock'
import { expectProblem } from './expect-problem'
import { bodyOf, type Order, uniqueWord } from './shop-client'
import { useShop } from './use-shop'

/** Nothing listens on port 1. After the last test the shop must also stop without an error. */
const shop = useShop({ KAFKA_BROKERS: '127.0.0.1:1' })

const SOON = { timeout: 20_000, interval: 50 }
/** The promise is 3 s; the rest is for a busy machine. */
const RESPONSE_WITHIN_MS = 4_000

it('a shop that starts without Kafka is degraded and reports the reason', async () => {
  expect(await shop.client.get('/ready')).toMatchObject({
    status: 200,
    body: {
      status: 'degraded',
      dependencies: {
        mysql: { status: 'up' },
        kafka: { status: 'down', required: false, reason: expect.stringMatching(/connect|ECONNREFUSED/i) },
        rabbitmq: { status: 'up' },
      },
    },
  })
  expect(await shop.client.get('/health')).toMatchObject({ status: 200 })
})

it('it refuses orders for Kafka with 503 in time, however many there are', async () => {
  const { id: productId } = await shop.client.createProduct({ stock: 100 })

  for (let round = 0; round < 2; round++) {
    const startedAt = performance.now()
    const responses = await Promise.all(
      Array.from({ length: 30 }, (_, at) =>
        shop.client.post(
          '/orders/async/kafka',
          { user_id: uniqueWord(), product_id: productId, quantity: 1 },
          at % 2 === 0 ? { 'idempotency-key': uniqueWord() } : {},
        ),
      ),
    )
    expect(performance.now() - startedAt).toBeLessThan(RESPONSE_WITHIN_MS)
    for (const response of responses) {
      expectProblem(response, 'unavailable')
      expect(Number(response.headers['retry-after'])).toBeGreaterThan(0)
    }
  }

  expect(await auditStock(shop.database, productId)).toEqual({ onHand: 100, sold: 0 })
})

it('it accepts orders through RabbitMQ and synchronously', async () => {
  const { id: productId } = await shop.client.createProduct({ stock: 10 })
  await shop.client.placeOrder([{ product_id: productId, quantity: 1 }])

  const response = await shop.client.post('/orders/async/rabbitmq', {
    user_id: uniqueWord(),
    product_id: productId,
    quantity: 2,
  })

  const { id } = bodyOf<Order>(response, 202)
  await expect.poll(() => shop.client.getOrder(id), SOON).toMatchObject({ status: 'confirmed', channel: 'rabbitmq' })
  expect(await auditStock(shop.database, productId)).toEqual({ onHand: 7, sold: 3 })
})

it('it logs no error', () => {
  expect(shop.server.log).not.toMatch(/"level":"(error|fatal)"/)
})
