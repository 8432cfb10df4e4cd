import { MysqlOutboxStore } from '@ecommerce/adapters/mysql'
import { orderPlaced } from '@ecommerce/domain'
import { METRICS } from '@ecommerce/runtime'
import { anAcceptedOrder } from '@ecommerce/testing'
import { holdingProduct } from '@ecommerce/testing/mysql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anyFreePort } from '../tools/local/free-port'
import { useOrderBrokers } from './order-brokers'
import { parseMetrics, readMetrics } from './read-metrics'
import { uniqueWord } from './shop-client'
import { closeShop, openShop, type Shop, useShop } from './use-shop'

const EVENT_SOURCES_PORT = String(await anyFreePort())

/** The queue delivers one message at a time, and events stay in the outbox until the next sweep. */
const shop = useShop(
  {
    RABBITMQ_CONCURRENCY: '1',
    RABBITMQ_PREFETCH: '1',
    OUTBOX_RELAY_AFTER_COMMIT: 'false',
    EVENT_SOURCES_PORT,
  },
  'host',
)
const brokers = useOrderBrokers()

const BROKERS = ['kafka', 'rabbitmq'] as const
const SOON = { timeout: 30_000, interval: 100 }

type Labels = Readonly<Record<string, string>>

const read = async (name: string, labels: Labels = {}) => (await readMetrics(shop.client)).value(name, labels)
const counted = async (name: string, labels: Labels) => (await read(name, labels)) ?? 0

/** Expects the work to increase a counter by exactly this number. */
async function expectGrowth(name: string, labels: Labels, by: number, work: () => Promise<unknown>): Promise<void> {
  const before = await counted(name, labels)
  await work()
  await expect.poll(async () => (await counted(name, labels)) - before, SOON).toBe(by)
}

const ordersOf = (channel: string, outcome: string, reason = 'none') => ({ channel, outcome, reason })
const place = (channel: string, order: object, key?: string) =>
  shop.client.post(
    channel === 'sync' ? '/orders/sync' : `/orders/async/${channel}`,
    { user_id: 'ann', quantity: 1, ...order },
    key === undefined ? {} : { 'idempotency-key': key },
  )

describe('/metrics', () => {
  it('contains every documented metric with its type, and those of the process', async () => {
    const { types, value } = await readMetrics(shop.client)

    for (const [name, { type }] of Object.entries(METRICS)) expect(types.get(name), name).toBe(type)
    for (const name of [
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'nodejs_eventloop_lag_p99_seconds',
    ])
      expect(value(name), name).toEqual(expect.any(Number))
  })

  it('counts requests by route and status, and measures their duration', async () => {
    const route = { method: 'GET', route: '/products/{id}' }
    const seconds = 'ecommerce_http_request_duration_seconds_count'
    const timedBefore = await counted(seconds, route)

    await expectGrowth('ecommerce_http_requests_total', { ...route, status: '404' }, 2, async () => {
      await shop.client.get('/products/999999997')
      await shop.client.get('/products/999999998')
    })

    expect((await counted(seconds, route)) - timedBefore).toBe(2)
  })

  it('counts orders by their outcome', async () => {
    const { id: product_id } = await shop.client.createProduct({ stock: 1 })
    const key = uniqueWord()
    const growth = (outcome: string, reason: string | undefined, work: () => Promise<unknown>) =>
      expectGrowth('ecommerce_orders_total', ordersOf('sync', outcome, reason), 1, work)

    await growth('confirmed', undefined, () => place('sync', { product_id }, key))
    await growth('duplicate', undefined, () => place('sync', { product_id }, key))
    await growth('conflict', 'idempotency-key-reused', () => place('sync', { product_id, quantity: 2 }, key))
    await growth('rejected', 'insufficient-stock', () => place('sync', { product_id }))
    await growth('rejected', 'unknown-product', () => place('sync', { product_id: 999_999_999 }))
  })

  it.each(['sync', ...BROKERS])('measures the time from acceptance to commit: %s', async (channel) => {
    const { id: product_id } = await shop.client.createProduct({ stock: 1 })
    const name = 'ecommerce_order_accepted_to_committed_seconds'
    const sumBefore = await counted(`${name}_sum`, { channel })

    await expectGrowth(`${name}_count`, { channel }, 1, () => place(channel, { product_id }))

    expect(await counted(`${name}_sum`, { channel })).toBeGreaterThanOrEqual(sumBefore)
  })

  it.each(BROKERS)(
    'counts the processed messages of %s, and measures the duration of their batches',
    async (broker) => {
      const { id: product_id } = await shop.client.createProduct({ stock: 1 })
      const labels = { broker, source: 'orders' }
      const batchesBefore = await counted('ecommerce_message_batch_duration_seconds_count', labels)

      await expectGrowth('ecommerce_messages_processed_total', labels, 1, () => place(broker, { product_id }))

      expect(await counted('ecommerce_message_batch_duration_seconds_count', labels)).toBeGreaterThan(batchesBefore)
    },
  )

  it.each(BROKERS)('counts the dead-lettered messages of %s, and the open dead letters', async (broker) => {
    const openBefore = await counted('ecommerce_dead_letters', { broker })
    const { key, headers } = orderPlaced(anAcceptedOrder({ channel: broker }))
    const poison = { id: uniqueWord(), key, headers, body: 'not json' }

    await expectGrowth('ecommerce_messages_dead_lettered_total', { broker, code: 'malformed-json' }, 1, () =>
      brokers[broker].publish(poison),
    )

    await expect.poll(() => counted('ecommerce_dead_letters', { broker }), SOON).toBe(openBefore + 1)
  })

  it('shows the number of pending events in the outbox, and the age of the oldest', async () => {
    const outbox = new MysqlOutboxStore(shop.database, () => new Date())
    const drain = async () => {
      while ((await outbox.relay(1_000, async () => undefined)) !== 0);
    }
    await drain()
    await expect.poll(() => read('ecommerce_outbox_pending_events'), SOON).toBe(0)

    await shop.client.createProduct()

    await expect.poll(() => read('ecommerce_outbox_pending_events'), SOON).toBeGreaterThan(0)
    await expect.poll(() => read('ecommerce_outbox_oldest_event_age_seconds'), SOON).toBeGreaterThan(0)
    await drain()
    await expect.poll(() => read('ecommerce_outbox_oldest_event_age_seconds'), SOON).toBe(0)
  })

  it('shows a blocked consumer: lag, depth, pool and failures, and its retries after that', async () => {
    const { id: product_id } = await shop.client.createProduct({ stock: 1_000 })
    const lag = async () => {
      const reading = await readMetrics(shop.client)
      const ofPartition = (partition: number) => ({
        topic: 'orders',
        group: 'ecommerce-group',
        partition: `${partition}`,
      })
      return [0, 1, 2].reduce(
        (sum, at) => sum + (reading.value('ecommerce_kafka_consumer_lag', ofPartition(at)) ?? 0),
        0,
      )
    }
    const depth = () => read('ecommerce_rabbitmq_queue_messages', { queue: 'orders' })
    const failures = (broker: string) =>
      counted('ecommerce_messages_failed_total', { broker, source: 'orders', code: 'unavailable' })
    const retries = (broker: string) => counted('ecommerce_messages_retried_total', { broker, source: 'orders' })
    const before = { kafka: await failures('kafka'), rabbitmq: await failures('rabbitmq') }

    await holdingProduct(shop.database, product_id, async () => {
      for (const broker of BROKERS) for (let order = 0; order < 3; order++) await place(broker, { product_id })

      await expect.poll(lag, SOON).toBeGreaterThan(0)
      await expect.poll(depth, SOON).toBeGreaterThan(0)
      await expect.poll(() => read('ecommerce_mysql_pool_connections', { state: 'in_use' }), SOON).toBeGreaterThan(0)
      for (const broker of BROKERS) await expect.poll(() => failures(broker), SOON).toBeGreaterThan(before[broker])
    })

    await expect.poll(lag, SOON).toBe(0)
    await expect.poll(depth, SOON).toBe(0)
    for (const broker of BROKERS) await expect.poll(() => retries(broker), SOON).toBeGreaterThan(0)
    await expect.poll(() => read('ecommerce_mysql_pool_connections', { state: 'idle' }), SOON).toBeGreaterThan(0)
    expect(await read('ecommerce_mysql_pool_waiting')).toBe(0)
  })

  it('is also served by the event sources, for each mapping', async () => {
    const text = await (await fetch(`http://127.0.0.1:${EVENT_SOURCES_PORT}/metrics`)).text()

    const reading = parseMetrics(text)
    const ofOrders = { mapping: 'on-order-placed-kafka:kafka:orders', function: 'on-order-placed-kafka' }
    expect(reading.value('event_source_status', { ...ofOrders, status: 'running' })).toBe(1)
    expect(reading.value('event_source_records_total', ofOrders)).toBeGreaterThan(0)
    expect(reading.types.get('event_source_records_total')).toBe('counter')
  })
})

describe('/metrics without brokers', () => {
  let withoutBrokers: Shop

  beforeAll(async () => {
    // Nothing listens on port 1.
    withoutBrokers = await openShop(
      { KAFKA_BROKERS: '127.0.0.1:1', RABBITMQ_URL: 'amqp://guest:guest@127.0.0.1:1/' },
      'host',
    )
  })
  afterAll(() => closeShop(withoutBrokers))

  it('lacks the metrics of the brokers, counts the failed measurements, and contains the rest', async () => {
    const errors = async (source: string) =>
      (await readMetrics(withoutBrokers.client)).value('ecommerce_measurement_errors_total', { source })

    await expect.poll(() => errors('kafka'), SOON).toBeGreaterThan(1)
    expect(await errors('rabbitmq')).toBeGreaterThan(1)
    const reading = await readMetrics(withoutBrokers.client)
    expect(reading.value('ecommerce_rabbitmq_queue_messages', { queue: 'orders' })).toBeUndefined()
    expect(reading.value('ecommerce_outbox_pending_events')).toEqual(expect.any(Number))
    expect(reading.value('ecommerce_measurement_errors_total', { source: 'outbox' })).toBeUndefined()
  })
})
