import { UnavailableError } from '@ecommerce/domain'
import { lambdaContext } from '@ecommerce/testing'
import { describe, expect, it } from 'vitest'
import { createLogger } from '../logger'
import { PrometheusMetrics } from '../metrics/prometheus-metrics'
import type { ConsumedMessage } from './consumed-message'
import { createConsumerStack } from './consumer-handler'

function messageAt(position: string | undefined, overrides: Partial<ConsumedMessage> = {}): ConsumedMessage {
  return { broker: 'kafka', source: 'orders', position, headers: {}, body: Buffer.alloc(0), ...overrides }
}

const ofPartition = (partition: number, ...offsets: number[]) =>
  offsets.map((offset) => messageAt(`${partition}-${offset}`))

function setUp(work: () => Promise<void> = async () => undefined) {
  const lines: Record<string, unknown>[] = []
  const metrics = new PrometheusMetrics()
  const logger = createLogger('info', { write: (line) => lines.push(JSON.parse(line)) })
  const handler = createConsumerStack(logger, metrics)((messages: ConsumedMessage[]) => messages, work)
  const valueOfSeries = async (series: string) => {
    const line = (await metrics.render([])).split('\n').find((one) => one.startsWith(`${series} `))
    return line === undefined ? undefined : Number(line.split(' ')[1])
  }
  return { lines, valueOfSeries, consume: (messages: ConsumedMessage[]) => handler(messages, lambdaContext()) }
}

const OF_ORDERS = 'broker="kafka",source="orders"'

describe('a consumed batch', () => {
  it('is counted message by message, and timed', async () => {
    const { consume, valueOfSeries } = setUp()

    await consume(ofPartition(0, 1, 2, 3))

    expect(await valueOfSeries(`ecommerce_messages_processed_total{${OF_ORDERS}}`)).toBe(3)
    expect(await valueOfSeries(`ecommerce_message_batch_duration_seconds_count{${OF_ORDERS}}`)).toBe(1)
    expect(await valueOfSeries(`ecommerce_messages_retried_total{${OF_ORDERS}}`)).toBe(0)
  })

  it.each([
    { error: new UnavailableError('MySQL'), code: 'unavailable' },
    { error: new TypeError('x is not a function'), code: 'internal' },
  ])('that fails is counted by its cause, $code, told, and passed on', async ({ error, code }) => {
    const { consume, valueOfSeries, lines } = setUp(() => Promise.reject(error))

    await expect(consume(ofPartition(0, 1, 2))).rejects.toBe(error)

    expect(await valueOfSeries(`ecommerce_messages_failed_total{${OF_ORDERS},code="${code}"}`)).toBe(2)
    expect(await valueOfSeries(`ecommerce_messages_processed_total{${OF_ORDERS}}`)).toBe(0)
    expect(await valueOfSeries(`ecommerce_message_batch_duration_seconds_count{${OF_ORDERS}}`)).toBe(1)
    expect(lines).toEqual([expect.objectContaining({ level: 'warn', messages: 2 })])
  })

  it('from Kafka is retried as far as this process has seen its partition before', async () => {
    const { consume, valueOfSeries } = setUp()

    await consume([...ofPartition(0, 8, 9), ...ofPartition(1, 5)])
    await consume([...ofPartition(0, 9, 10), ...ofPartition(1, 6), ...ofPartition(2, 1)])

    expect(await valueOfSeries(`ecommerce_messages_retried_total{${OF_ORDERS}}`)).toBe(1)
  })

  it('from RabbitMQ is retried as far as the broker says so', async () => {
    const { consume, valueOfSeries } = setUp()
    const ofQueue = (redelivered: boolean) => messageAt(undefined, { broker: 'rabbitmq', redelivered })

    await consume([ofQueue(true), ofQueue(false), ofQueue(true)])

    expect(await valueOfSeries('ecommerce_messages_retried_total{broker="rabbitmq",source="orders"}')).toBe(2)
  })

  it('from a queue is told from one from a topic of the same name', async () => {
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
