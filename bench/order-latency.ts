import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '@ecommerce/adapters/mysql'
import type { AsyncChannel } from '@ecommerce/domain'
import type { Config } from '@ecommerce/runtime/config'
import { openDatabase } from '../infra/mysql/open-database'
import { median } from '../load/measure/quantile'
import { withBenchBrokers } from './bench-brokers'
import { untilEventSource } from './event-source-state'
import { ORDER } from './http-load'
import { type OfflineService, startOfflineService } from './offline-service'
import type { Finding } from './statistics'

const PORT = 3999
const STATE_PORT = 3998
const CHANNELS = ['kafka', 'rabbitmq'] as const
const LONE_ORDERS = 100
const PLACED_WITHIN_MS = 10_000

/** The commit latency of single asynchronous orders in an idle system, one after another. */
export function benchOrderLatency(config: Config, repetitions: number): Promise<Finding[]> {
  return withBenchBrokers({ ...config, EVENT_SOURCES_PORT: STATE_PORT }, async (own) => {
    const database = openDatabase(own)
    const service = await startOfflineService(own, PORT, 'consumers')
    try {
      const findings: Finding[] = []
      for (const channel of CHANNELS) {
        await untilEventSource(STATE_PORT, channel, ({ status }) => status === 'running')
        findings.push(...(await measure(service, database, channel, repetitions)))
      }
      return findings
    } finally {
      await service.stop()
      await database.close()
    }
  })
}

async function measure(
  service: OfflineService,
  database: Database,
  channel: AsyncChannel,
  repetitions: number,
): Promise<Finding[]> {
  const timeline: number[] = []
  const seen: number[] = []
  await placeLoneOrders(service, database, channel)
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const orders = await placeLoneOrders(service, database, channel)
    timeline.push(median(orders.map(({ timelineMs }) => timelineMs)))
    seen.push(median(orders.map(({ seenMs }) => seenMs)))
  }
  return [
    { name: `single order by ${channel}: accepted to committed, p50`, samples: timeline, unit: 'ms', atMost: 50 },
    { name: `single order by ${channel}: request to visible in MySQL, p50`, samples: seen, unit: 'ms' },
  ]
}

interface LoneOrder {
  /** From the timeline of the order, which the transaction writes. */
  readonly timelineMs: number
  /** From the request until another connection sees the order. */
  readonly seenMs: number
}

async function placeLoneOrders(
  service: OfflineService,
  database: Database,
  channel: AsyncChannel,
): Promise<LoneOrder[]> {
  const orders: LoneOrder[] = []
  for (let index = 0; index < LONE_ORDERS; index++) orders.push(await placeLoneOrder(service, database, channel))
  return orders
}

async function placeLoneOrder({ url }: OfflineService, database: Database, channel: AsyncChannel): Promise<LoneOrder> {
  const startedAt = performance.now()
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${url}/orders/async/${channel}`, { method: 'POST', headers, body: ORDER })
  const { id } = (await response.json()) as { id: string }
  while (performance.now() - startedAt < PLACED_WITHIN_MS) {
    const [row] = await database.read((session) =>
      session.rows<{ ms: number }>(
        'SELECT TIMESTAMPDIFF(MICROSECOND, accepted_at, committed_at) / 1000 AS ms FROM orders WHERE id = ?',
        [id],
      ),
    )
    if (row) return { timelineMs: Number(row.ms), seenMs: performance.now() - startedAt }
    await delay(1)
  }
  throw new Error(`order ${id} was not placed within ${PLACED_WITHIN_MS} ms`)
}
