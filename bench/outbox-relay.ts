import { setTimeout as delay } from 'node:timers/promises'
import { KafkaEventPublisher, KafkaProducer } from '@ecommerce/adapters/kafka'
import { type Database, MysqlOutboxStore } from '@ecommerce/adapters/mysql'
import { type Order, OutboxRelay, orderEvent } from '@ecommerce/domain'
import type { Config } from '@ecommerce/runtime/config'
import { openDatabase } from '../infra/mysql/open-database'
import type { Finding } from './statistics'

const EVENTS = 20_000
const INSERTED_TOGETHER = 1_000
/** What a batch holds at 4,000 orders a second, one batch every 100 ms. */
const BATCH = 400

/** What the relay costs the process that it shares with the orders: CPU time of all its threads. */
export async function benchOutboxRelay(config: Config, repetitions: number): Promise<Finding[]> {
  const database = openDatabase(config)
  const producer = new KafkaProducer({
    brokers: config.KAFKA_BROKERS,
    clientId: 'bench',
    retries: config.KAFKA_PRODUCER_RETRIES,
    requestTimeoutMs: config.PUBLISH_WITHIN_MS,
  })
  const relay = openRelay(config, database, producer)
  try {
    await relayEvents(database, relay)
    const microseconds: number[] = []
    const rates: number[] = []
    for (let repetition = 0; repetition < repetitions; repetition++) {
      const { cpuUs, seconds } = await relayEvents(database, relay)
      microseconds.push(cpuUs / EVENTS)
      rates.push(EVENTS / seconds)
    }
    return [
      { name: `outbox relay, batches of ${BATCH}: CPU an event`, samples: microseconds, unit: 'µs', atMost: 50 },
      { name: `outbox relay, batches of ${BATCH}: one after another`, samples: rates, unit: 'events/s' },
    ]
  } finally {
    await producer.close()
    await database.close()
  }
}

function openRelay(config: Config, database: Database, producer: KafkaProducer): OutboxRelay {
  const topics = { product: config.KAFKA_PRODUCT_EVENTS_TOPIC, order: config.KAFKA_ORDER_EVENTS_TOPIC }
  const clock = () => new Date()
  return new OutboxRelay(
    {
      store: new MysqlOutboxStore(database, clock),
      publisher: new KafkaEventPublisher(producer, topics),
      clock,
      isSaturated: () => false,
      pause: (ms) => delay(ms),
      onFailure: (error) => {
        throw error
      },
    },
    { batchSize: BATCH, intervalMs: 100, saturatedIntervalMs: 100 },
  )
}

async function relayEvents(database: Database, relay: OutboxRelay): Promise<{ cpuUs: number; seconds: number }> {
  await database.transaction((session) => session.write('DELETE FROM outbox'))
  for (let first = 0; first < EVENTS; first += INSERTED_TOGETHER) {
    const events = Array.from({ length: INSERTED_TOGETHER }, (_, at) => orderEvent(anOrder(first + at)))
    await database.transaction((session) =>
      session.write('INSERT INTO outbox (aggregate, aggregate_id, type, version, data, created_at) VALUES ?', [
        events.map((e) => [e.aggregate, e.aggregateId, e.type, e.version, JSON.stringify(e.data), e.at]),
      ]),
    )
  }
  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  await relay.sweep(60_000)
  const { user, system } = process.cpuUsage(cpuBefore)
  return { cpuUs: user + system, seconds: (performance.now() - startedAt) / 1_000 }
}

function anOrder(at: number): Order {
  const now = new Date()
  return {
    id: `01890c2e-0000-8000-8000-${String(at).padStart(12, '0')}`,
    userId: `user-${at}`,
    channel: 'sync',
    status: 'confirmed',
    lines: [{ productId: 1, name: 'Wireless Mouse', quantity: 1, unitPriceCents: 2499 }],
    totalCents: 2499,
    fingerprint: '0123456789abcdef0123456789abcdef',
    acceptedAt: now,
    consumedAt: now,
    committedAt: now,
    updatedAt: now,
  }
}
