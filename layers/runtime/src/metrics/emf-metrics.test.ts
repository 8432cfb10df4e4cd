import { describe, expect, it } from 'vitest'
import { EmfMetrics } from './emf-metrics'
import { sample } from './measured-gauges'

const NOW = new Date('2026-01-01T12:00:00.000Z')

function setUp() {
  const lines: Record<string, unknown>[] = []
  const write = (line: string) => lines.push(JSON.parse(line))
  return { lines, metrics: new EmfMetrics({ namespace: 'shop', clock: () => NOW, write }) }
}

const kafka = { channel: 'kafka', outcome: 'confirmed', reason: 'none' } as const

describe('metrics in the log, for CloudWatch', () => {
  it('have one line with the sum of a counter and its labels as dimensions', () => {
    const { lines, metrics } = setUp()
    const orders = metrics.counter('ecommerce_orders_total', kafka)

    orders.add()
    orders.add(2)
    metrics.flush()

    const directive = {
      Namespace: 'shop',
      Dimensions: [['channel', 'outcome', 'reason']],
      Metrics: [{ Name: 'ecommerce_orders_total', Unit: 'Count' }],
    }
    expect(lines).toEqual([
      { _aws: { Timestamp: NOW.getTime(), CloudWatchMetrics: [directive] }, ...kafka, ecommerce_orders_total: [3] },
    ])
  })

  it('have only new values at each flush, and no line without new values', () => {
    const { lines, metrics } = setUp()
    const orders = metrics.counter('ecommerce_orders_total', kafka)
    orders.add(5)
    metrics.flush()
    metrics.flush()
    expect(lines).toHaveLength(1)

    orders.add()
    metrics.flush()

    expect(lines.map(({ ecommerce_orders_total }) => ecommerce_orders_total)).toEqual([[5], [1]])
  })

  it('have every value of a histogram, at most a hundred per line', () => {
    const { lines, metrics } = setUp()
    const seconds = metrics.histogram('ecommerce_order_accepted_to_committed_seconds', { channel: 'sync' })
    for (let value = 0; value < 201; value++) seconds.observe(value)

    metrics.flush()

    const values = lines.map((line) => line.ecommerce_order_accepted_to_committed_seconds)
    expect(values.map((some) => Array.isArray(some) && some.length)).toEqual([100, 100, 1])
    expect(values.flat()).toEqual(Array.from({ length: 201 }, (_, value) => value))
    expect(lines[0]).toMatchObject({ _aws: { CloudWatchMetrics: [{ Metrics: [{ Unit: 'Seconds' }] }] } })
  })

  it('share a line when their labels are the same, without unchanged values', () => {
    const { lines, metrics } = setUp()
    const labels = { broker: 'kafka', source: 'orders' }
    metrics.counter('ecommerce_messages_processed_total', labels).add(7)
    metrics.counter('ecommerce_messages_retried_total', labels).add(0)
    metrics.histogram('ecommerce_message_batch_duration_seconds', labels).observe(0.5)

    metrics.flush()

    expect(lines).toEqual([
      {
        _aws: expect.anything(),
        ...labels,
        ecommerce_messages_processed_total: [7],
        ecommerce_message_batch_duration_seconds: [0.5],
      },
    ])
    expect(lines[0]).toMatchObject({
      _aws: {
        CloudWatchMetrics: [
          {
            Metrics: [
              { Name: 'ecommerce_messages_processed_total', Unit: 'Count' },
              { Name: 'ecommerce_message_batch_duration_seconds', Unit: 'Seconds' },
            ],
          },
        ],
      },
    })
  })

  it('add up under the same labels, whatever the number of counters', () => {
    const { lines, metrics } = setUp()
    metrics.counter('ecommerce_orders_total', kafka).add()
    metrics.counter('ecommerce_orders_total', { ...kafka }).add()
    metrics.counter('ecommerce_orders_total', { ...kafka, channel: 'sync' }).add()

    metrics.flush()

    expect(lines.map(({ channel, ecommerce_orders_total }) => [channel, ecommerce_orders_total])).toEqual([
      ['kafka', [2]],
      ['sync', [1]],
    ])
  })

  it('include pushed gauges with their current values', async () => {
    const { lines, metrics } = setUp()
    const pending = (value: number) => ({ measure: async () => [sample('ecommerce_outbox_pending_events', {}, value)] })

    await metrics.push(pending(7))
    await metrics.push(pending(3))
    metrics.flush()

    expect(lines).toEqual([
      {
        _aws: expect.objectContaining({
          CloudWatchMetrics: [expect.objectContaining({ Dimensions: [[]] })],
        }),
        ecommerce_outbox_pending_events: [3],
      },
    ])
  })
})
