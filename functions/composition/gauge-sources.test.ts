import { CHANNELS, RECORDED_STATUSES } from '@ecommerce/domain'
import { METRICS, MeasuredGauges, PrometheusMetrics } from '@ecommerce/runtime'
import { describe, expect, it } from 'vitest'
import { type Backlogs, gaugeSources } from './gauge-sources'

const idle: Backlogs = {
  kafkaLag: async () => [],
  queueDepth: async () => [],
  orders: { count: async () => [] },
  outbox: { depth: async () => ({ pending: 0, oldestAgeMs: 0 }) },
  deadLetters: { countOpen: async () => ({ kafka: 0, rabbitmq: 0 }) },
  pool: () => ({ inUse: 0, idle: 0, waiting: 0 }),
}

async function scrape(backlogs: Partial<Backlogs>) {
  const failed: string[] = []
  const gauges = new MeasuredGauges(gaugeSources({ ...idle, ...backlogs }), {
    withinMs: 1_000,
    intervalMs: 1_000,
    clock: () => 0,
    onFailure: (source) => failed.push(source),
  })
  const text = await new PrometheusMetrics().render(await gauges.measure())
  const lines = text.split('\n').filter((line) => /^ecommerce_/.test(line))
  return { failed, lines, linesOf: (name: string) => lines.filter((line) => line.startsWith(name)) }
}

describe('the gauges of a scrape', () => {
  it('show the lag of each partition and group', async () => {
    const { linesOf } = await scrape({
      kafkaLag: async () => [
        { topic: 'orders', partition: 0, group: 'shop', lag: 3 },
        { topic: 'orders', partition: 1, group: 'shop', lag: 0 },
      ],
    })

    expect(linesOf('ecommerce_kafka_consumer_lag')).toEqual([
      'ecommerce_kafka_consumer_lag{topic="orders",partition="0",group="shop"} 3',
      'ecommerce_kafka_consumer_lag{topic="orders",partition="1",group="shop"} 0',
    ])
  })

  it('show the depth of each queue', async () => {
    const { linesOf } = await scrape({ queueDepth: async () => [{ queue: 'orders', ready: 5 }] })

    expect(linesOf('ecommerce_rabbitmq_queue_messages')).toEqual([
      'ecommerce_rabbitmq_queue_messages{queue="orders"} 5',
    ])
  })

  it('count the orders of each channel and status, with 0 where there are none', async () => {
    const { linesOf } = await scrape({
      orders: { count: async () => [{ channel: 'sync', status: 'confirmed', orders: 4 }] },
    })
    const lines = linesOf('ecommerce_orders{')

    expect(lines).toContain('ecommerce_orders{channel="sync",status="confirmed"} 4')
    expect(lines).toContain('ecommerce_orders{channel="kafka",status="confirmed"} 0')
    expect(lines).toHaveLength(CHANNELS.length * RECORDED_STATUSES.length)
  })

  it('show the age of the oldest event of the outbox in seconds', async () => {
    const { linesOf } = await scrape({ outbox: { depth: async () => ({ pending: 2, oldestAgeMs: 1_500 }) } })

    expect(linesOf('ecommerce_outbox')).toEqual([
      'ecommerce_outbox_pending_events 2',
      'ecommerce_outbox_oldest_event_age_seconds 1.5',
    ])
  })

  it('count the open dead letters of each broker', async () => {
    const { linesOf } = await scrape({ deadLetters: { countOpen: async () => ({ kafka: 1, rabbitmq: 0 }) } })

    expect(linesOf('ecommerce_dead_letters')).toEqual([
      'ecommerce_dead_letters{broker="kafka"} 1',
      'ecommerce_dead_letters{broker="rabbitmq"} 0',
    ])
  })

  it('show the pool as it is before the other gauges take connections of it', async () => {
    let inUse = 0
    const { linesOf } = await scrape({
      pool: () => ({ inUse, idle: 2, waiting: 1 }),
      outbox: {
        depth: async () => {
          inUse++
          return { pending: 0, oldestAgeMs: 0 }
        },
      },
    })

    expect(linesOf('ecommerce_mysql_pool')).toEqual([
      'ecommerce_mysql_pool_connections{state="in_use"} 0',
      'ecommerce_mysql_pool_connections{state="idle"} 2',
      'ecommerce_mysql_pool_waiting 1',
    ])
  })

  it('lack only those of a source that fails', async () => {
    const { failed, linesOf } = await scrape({ kafkaLag: () => Promise.reject(new Error('Kafka is down')) })

    expect(failed).toEqual(['kafka'])
    expect(linesOf('ecommerce_kafka_consumer_lag')).toEqual([])
    expect(linesOf('ecommerce_outbox_pending_events')).toEqual(['ecommerce_outbox_pending_events 0'])
  })

  it('are all that the catalogue has', async () => {
    const { lines } = await scrape({
      kafkaLag: async () => [{ topic: 'orders', partition: 0, group: 'shop', lag: 0 }],
      queueDepth: async () => [{ queue: 'orders', ready: 0 }],
    })
    const measured = new Set(lines.map((line) => line.split(/[ {]/)[0]))
    const gauges = Object.entries(METRICS).flatMap(([name, { type }]) => (type === 'gauge' ? [name] : []))

    expect([...measured].sort()).toEqual(gauges.sort())
  })
})
