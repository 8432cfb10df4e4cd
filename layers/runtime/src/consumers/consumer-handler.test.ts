import { UnavailableError } from '@ecommerce/domain'
import { lambdaContext } from '@ecommerce/testing'
import { describe, expect, it } from 'vitest'
import { createLogger } from '../logger'
import { PrometheusMetrics } from '../metrics/prometheus-metrics'
import { ALL_SUCCESSES } from '../stack-parts'
import type { ConsumedMessage } from './consumed-message'
import { type BatchResult, createConsumerStack } from './consumer-handler'

function messageAt(position: string | undefined, overrides: Partial<ConsumedMessage> = {}): ConsumedMessage {
  return { broker: 'kafka', source: 'orders', position, headers: {}, body: Buffer.alloc(0), ...overrides }
}

const ofPartition = (partition: number, ...offsets: number[]) =>
  offsets.map((offset) => messageAt(`${partition}-${offset}`))

function setUp(work: () => Promise<BatchResult> = async () => ({}), logSuccesses = ALL_SUCCESSES) {
  const lines: Record<string, unknown>[] = []
  const metrics = new PrometheusMetrics()
  const logger = createLogger('info', { write: (line) => lines.push(JSON.parse(line)) })
  const handler = createConsumerStack({ logger, metrics, logSuccesses })(
    (messages: ConsumedMessage[]) => messages,
    work,
  )
  const valueOfSeries = async (series: string) => {
    const line = (await metrics.render([])).split('\n').find((one) => one.startsWith(`${series} `))
    return line === undefined ? undefined : Number(line.split(' ')[1])
  }
  return { lines, valueOfSeries, consume: (messages: ConsumedMessage[]) => handler(messages, lambdaContext()) }
}

const OF_ORDERS = 'broker="kafka",source="orders"'

describe('a consumed batch', () => {
  it('is counted by its messages, and its duration is measured', async () => {
    const { consume, valueOfSeries } = setUp()

    await consume(ofPartition(0, 1, 2, 3))

    expect(await valueOfSeries(`ecommerce_messages_processed_total{${OF_ORDERS}}`)).toBe(3)
    expect(await valueOfSeries(`ecommerce_message_batch_duration_seconds_count{${OF_ORDERS}}`)).toBe(1)
    expect(await valueOfSeries(`ecommerce_messages_retried_total{${OF_ORDERS}}`)).toBe(0)
  })

  it.each([
    { error: new UnavailableError('MySQL'), code: 'unavailable' },
    { error: new TypeError('x is not a function'), code: 'internal' },
  ])('that fails with $code is counted by its cause and logged, and rejects', async ({ error, code }) => {
    const { consume, valueOfSeries, lines } = setUp(() => Promise.reject(error))

    await expect(consume(ofPartition(0, 1, 2))).rejects.toBe(error)

    expect(await valueOfSeries(`ecommerce_messages_failed_total{${OF_ORDERS},code="${code}"}`)).toBe(2)
    expect(await valueOfSeries(`ecommerce_messages_processed_total{${OF_ORDERS}}`)).toBe(0)
    expect(await valueOfSeries(`ecommerce_message_batch_duration_seconds_count{${OF_ORDERS}}`)).toBe(1)
    expect(lines).toEqual([expect.objectContaining({ level: 'warn', messages: 2 })])
  })

  it('from Kafka counts as retried up to the highest offset that this process has seen', async () => {
    const { consume, valueOfSeries } = setUp()

    await consume([...ofPartition(0, 8, 9), ...ofPartition(1, 5)])
    await consume([...ofPartition(0, 9, 10), ...ofPartition(1, 6), ...ofPartition(2, 1)])

    expect(await valueOfSeries(`ecommerce_messages_retried_total{${OF_ORDERS}}`)).toBe(1)
  })

  it('from RabbitMQ counts as retried where the broker says so', async () => {
    const { consume, valueOfSeries } = setUp()
    const ofQueue = (redelivered: boolean) => messageAt(undefined, { broker: 'rabbitmq', redelivered })

    await consume([ofQueue(true), ofQueue(false), ofQueue(true)])

    expect(await valueOfSeries('ecommerce_messages_retried_total{broker="rabbitmq",source="orders"}')).toBe(2)
  })

  it('from a queue is counted apart from one of a topic with the same name', async () => {
    const { consume, valueOfSeries } = setUp()

    await consume(ofPartition(0, 1))
    await consume([messageAt(undefined, { broker: 'rabbitmq' })])

    for (const broker of ['kafka', 'rabbitmq'])
      expect(await valueOfSeries(`ecommerce_messages_processed_total{broker="${broker}",source="orders"}`)).toBe(1)
  })

  it('without messages counts for nothing', async () => {
    const { consume, valueOfSeries } = setUp()

    await consume([])

    expect(await valueOfSeries(`ecommerce_messages_processed_total{${OF_ORDERS}}`)).toBeUndefined()
  })
})

describe('the log of consumed batches', () => {
  it('has one line for a batch, with the ids of its messages', async () => {
    const { consume, lines } = setUp()

    await consume([messageAt('0-1', { id: 'order-1' }), messageAt('0-2')])

    expect(lines).toEqual([
      {
        level: 'info',
        time: expect.any(String),
        request_id: expect.any(String),
        source: 'orders',
        messages: 2,
        message_ids: ['order-1', '0-2'],
        duration_ms: expect.any(Number),
        msg: 'batch',
      },
    ])
  })

  it('has at most ten ids, and shortens long ones', async () => {
    const { consume, lines } = setUp()

    await consume([messageAt('0-0', { id: 'x'.repeat(10_000) }), ...ofPartition(0, ...Array(20).keys())])

    const ids = lines[0]?.message_ids as string[]
    expect(ids).toHaveLength(10)
    expect(ids[0]).toBe('x'.repeat(128))
  })

  it('names the dead-lettered messages and their causes, even where successes are omitted', async () => {
    const message = messageAt('0-2', { id: 'order-2' })
    const cause = { code: 'malformed-json', detail: 'the body is not JSON' }
    let deadLettered: NonNullable<BatchResult['deadLettered']> = []
    const { consume, lines } = setUp(async () => ({ deadLettered }), { perSecond: 0, every: 1_000_000 })

    await consume(ofPartition(0, 1))
    deadLettered = [{ message, cause }]
    await consume([message])

    expect(lines).toEqual([
      expect.objectContaining({ level: 'warn', dead_letters: [{ message_id: 'order-2', code: 'malformed-json' }] }),
    ])
  })
})
