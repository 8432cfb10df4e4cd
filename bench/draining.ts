import { setTimeout as delay } from 'node:timers/promises'
import { type Database, MysqlOrderStore } from '@ecommerce/adapters/mysql'
import type { AsyncChannel } from '@ecommerce/domain'
import type { Config } from '@ecommerce/runtime/config'
import { openDatabase } from '../infra/mysql/open-database'
import { publishOrders } from './backlog'
import { withBenchBrokers } from './bench-brokers'
import { hasDelivered, untilEventSource } from './event-source-state'
import { startOfflineService } from './offline-service'
import { acceptedOrder, ordersPerSecond } from './placement'
import { type Finding, ratios } from './statistics'

const PORT = 3999
const STATE_PORT = 3998
const BACKLOG = 50_000
const CONFIRMED_WITHIN_MS = 60_000

/** The rate at which a backlog of each broker is placed, compared with the transactions alone. */
export async function benchDraining(config: Config, repetitions: number): Promise<Finding[]> {
  const database = openDatabase(config)
  const store = new MysqlOrderStore(database, () => new Date())
  const place = () => ordersPerSecond((orders) => store.place(orders))
  const placed: number[] = []
  const drained = { kafka: noDrains(), rabbitmq: noDrains() }
  try {
    await place()
    for (let repetition = 0; repetition < repetitions; repetition++) {
      placed.push(await place())
      for (const channel of ['kafka', 'rabbitmq'] as const) {
        const { rate, batch, failures } = await drain(config, database, channel)
        drained[channel].rates.push(rate)
        drained[channel].batches.push(batch)
        drained[channel].failures.push(failures)
      }
    }
  } finally {
    await database.close()
  }
  return [
    { name: 'placeOrders, batches of 500', samples: placed, unit: 'orders/s' },
    ...findings('kafka', drained.kafka, placed),
    ...findings('rabbitmq', drained.rabbitmq, placed),
  ]
}

interface Drains {
  readonly rates: number[]
  readonly batches: number[]
  /** The number of batches that failed and were delivered again. */
  readonly failures: number[]
}

function noDrains(): Drains {
  return { rates: [], batches: [], failures: [] }
}

function findings(channel: AsyncChannel, { rates, batches, failures }: Drains, placed: readonly number[]): Finding[] {
  const name = `a backlog of ${BACKLOG.toLocaleString('en')} in ${channel}`
  return [
    { name: `${name}: drained`, samples: rates, unit: 'orders/s' },
    { name: `${name}: mean batch`, samples: batches, unit: 'orders' },
    { name: `${name}: batches that failed`, samples: failures, unit: '', atMost: 0 },
    { name: `${name}: drained / placeOrders`, samples: ratios(rates, placed), unit: '', atLeast: 0.5 },
  ]
}

/**
 * Measures from the first consumed order to the last acknowledged batch, so the start of the server does not count. The
 * same process relays the outbox, as in the shop.
 */
function drain(
  config: Config,
  database: Database,
  channel: AsyncChannel,
): Promise<{ rate: number; batch: number; failures: number }> {
  return withBenchBrokers({ ...config, EVENT_SOURCES_PORT: STATE_PORT }, async (own) => {
    const before = await deleteEvents(database)
    await publishOrders(own, channel, BACKLOG, () => acceptedOrder(channel))
    const service = await startOfflineService(own, PORT, 'consumers')
    try {
      const { batches, records, failures } = await untilEventSource(STATE_PORT, channel, hasDelivered(BACKLOG))
      // Redelivered records count twice there, so the database decides.
      const startedAt = await untilConfirmed(database, before)
      return { rate: BACKLOG / ((Date.now() - startedAt) / 1_000), batch: records / batches, failures }
    } finally {
      await service.stop()
    }
  })
}

/** Leaves the relay only the events of the backlog. @returns the sequence number of the newest order */
async function deleteEvents(database: Database): Promise<number> {
  return database.read(async (session) => {
    await session.write('TRUNCATE TABLE outbox')
    const [row] = await session.rows<{ seq: number }>('SELECT COALESCE(MAX(seq), 0) AS seq FROM orders')
    return Number(row?.seq)
  })
}

/** @returns the time at which the first order was consumed */
async function untilConfirmed(database: Database, before: number): Promise<number> {
  const deadline = performance.now() + CONFIRMED_WITHIN_MS
  for (;;) {
    const [row] = await database.read((session) =>
      session.rows<{ count: number; startedAt: Date }>(
        `SELECT COUNT(*) AS count, MIN(consumed_at) AS startedAt FROM orders WHERE seq > ? AND status = 'confirmed'`,
        [before],
      ),
    )
    if (Number(row?.count) === BACKLOG) return Number(row?.startedAt)
    if (performance.now() > deadline) throw new Error(`${row?.count} of ${BACKLOG} orders are in the database`)
    await delay(20)
  }
}
