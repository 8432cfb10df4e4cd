import { MysqlOutboxStore } from '@ecommerce/adapters/mysql'
import { readConfig } from '@ecommerce/runtime/config'
import { type ReadMessage, readTopic } from '@ecommerce/testing/kafka'
import { expect, it, onTestFinished } from 'vitest'
import { testServer } from '../tools/local/test-servers'
import { bodyOf, type Order } from './shop-client'
import { useShop } from './use-shop'

const shop = useShop()
const kafka = testServer('kafka')
const { KAFKA_ORDER_EVENTS_TOPIC, KAFKA_PRODUCT_EVENTS_TOPIC } = readConfig()

const SOON = { timeout: 10_000, interval: 50 }
/** The sweep is scheduled once per minute. */
const AT_THE_NEXT_SWEEP = { timeout: 90_000, interval: 200 }

interface Event {
  readonly id: string
  readonly type: string
  readonly aggregate_id: string
  readonly data: Readonly<Record<string, unknown>>
}

const depth = () => new MysqlOutboxStore(shop.database, () => new Date()).depth()

/** The events of these aggregates, without duplicates, as an idempotent consumer sees them. */
async function eventsOf(topic: string, aggregateIds: readonly string[]): Promise<Event[]> {
  const seen = new Map<string, Event>()
  for (const event of (await readTopic(topic)).map(toEvent)) if (!seen.has(event.id)) seen.set(event.id, event)
  return [...seen.values()].filter(({ aggregate_id }) => aggregateIds.includes(aggregate_id))
}

function toEvent({ value }: ReadMessage): Event {
  return JSON.parse(String(value))
}

it('the relay publishes an order and its stock change right after the commit, and its cancellation after that', async () => {
  const { id: productId } = await shop.client.createProduct({ stock: 5 })
  const order = await shop.client.placeOrder([{ product_id: productId, quantity: 2 }])
  await shop.client.post(`/orders/${order.id}/cancel`)

  await expect.poll(depth, SOON).toEqual({ pending: 0, oldestAgeMs: 0 })

  const orderEvents = await eventsOf(KAFKA_ORDER_EVENTS_TOPIC, [order.id])
  expect(orderEvents.map(({ type }) => type)).toEqual(['order_confirmed', 'order_cancelled'])
  expect(orderEvents[0]?.data).toMatchObject({ id: order.id, status: 'confirmed', total_cents: 2_000 })
  const productEvents = await eventsOf(KAFKA_PRODUCT_EVENTS_TOPIC, [String(productId)])
  expect(productEvents.map(({ type, data }) => [type, data.stock])).toEqual([
    ['product_created', 5],
    ['product_stock_changed', 3],
    ['product_stock_changed', 5],
  ])
})

it('Kafka can crash: orders are still placed, their events stay pending, and are published in order after its restart', {
  timeout: 180_000,
}, async () => {
  const { id: productId } = await shop.client.createProduct({ stock: 1_000 })
  const placed: Order[] = []
  const placeTwenty = async () => {
    const requests = Array.from({ length: 20 }, () =>
      shop.client.post('/orders/sync', { user_id: 'ann', product_id: productId, quantity: 1 }),
    )
    placed.push(...(await Promise.all(requests)).map((response) => bodyOf<Order>(response, 201)))
  }
  let isDown = false
  onTestFinished(async () => {
    if (isDown) await kafka.start()
  })

  await placeTwenty()
  isDown = true
  await kafka.kill()
  for (let round = 0; round < 5; round++) await placeTwenty()
  const cancelled = placed.filter((_, at) => at % 10 === 0).map(({ id }) => id)
  for (const id of cancelled) expect((await shop.client.post(`/orders/${id}/cancel`)).status).toBe(200)
  await expect.poll(() => shop.server.log, SOON).toContain('events stay in the outbox')
  expect((await depth()).pending).toBeGreaterThanOrEqual(100 + cancelled.length)

  await kafka.start()
  isDown = false

  await expect.poll(depth, AT_THE_NEXT_SWEEP).toEqual({ pending: 0, oldestAgeMs: 0 })
  const ids = placed.map(({ id }) => id)
  const events = await eventsOf(KAFKA_ORDER_EVENTS_TOPIC, ids)
  for (const id of ids) {
    const types = events.filter(({ aggregate_id }) => aggregate_id === id).map(({ type }) => type)
    expect(types).toEqual(cancelled.includes(id) ? ['order_confirmed', 'order_cancelled'] : ['order_confirmed'])
  }
  const stock = await eventsOf(KAFKA_PRODUCT_EVENTS_TOPIC, [String(productId)])
  expect(stock.at(-1)?.data).toMatchObject({ stock: 1_000 - placed.length + cancelled.length })
  expectStockToAddUp(stock, 1_000)
})

it('the schedule calls the sweep in the process of serverless offline', { timeout: 120_000 }, async () => {
  await expect
    .poll(() => shop.server.log, AT_THE_NEXT_SWEEP)
    .toMatch(/"function":"[\w-]*relay-outbox".*"msg":"scheduled"/)
})

/** Each change starts at the stock after the previous change, so no event is missing or out of order. */
function expectStockToAddUp([created, ...changes]: readonly Event[], initial: number): void {
  expect(created?.type).toBe('product_created')
  let stock = initial
  for (const { data } of changes) {
    stock += Number(data.delta)
    expect(data.stock).toBe(stock)
  }
}
