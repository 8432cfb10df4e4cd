import { setTimeout as delay } from 'node:timers/promises'
import { KafkaEventPublisher, KafkaProducer } from '@ecommerce/adapters/kafka'
import { type Database, MysqlOrderStore, MysqlOutboxStore } from '@ecommerce/adapters/mysql'
import { OutboxRelay } from '@ecommerce/domain'
import type { Config } from '@ecommerce/runtime/config'
import { openDatabase } from '../infra/mysql/open-database'
import { acceptedOrder } from './placement'
import type { Finding } from './statistics'

const ORDERS = 20_000
/** The usual batch of synchronous orders with a hundred callers. */
const PLACED_TOGETHER = 50
/** The size of a batch at 4,000 orders per second and one batch every 100 ms. */
const BATCH = 400

/** The cost of the relay in the process that it shares with the orders: the CPU time of all threads. */
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
      const { events, cpuUs, seconds } = await relayEvents(database, relay)
      microseconds.push(cpuUs / events)
      rates.push(events / seconds)
    }
    return [
      { name: `outbox relay, batches of ${BATCH}: CPU time per event`, samples: microseconds, unit: 'µs', atMost: 50 },
      { name: `outbox relay, batches of ${BATCH}: sequential`, samples: rates, unit: 'events/s' },
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

async function relayEvents(
  database: Database,
  relay: OutboxRelay,
): Promise<{ events: number; cpuUs: number; seconds: number }> {
  const store = new MysqlOrderStore(database, () => new Date())
  await database.transaction((session) => session.write('DELETE FROM outbox'))
  for (let placed = 0; placed < ORDERS; placed += PLACED_TOGETHER) {
    await store.place(Array.from({ length: PLACED_TOGETHER }, () => acceptedOrder()))
  }
  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  const events = await relay.sweep(60_000)
  const { user, system } = process.cpuUsage(cpuBefore)
  return { events, cpuUs: user + system, seconds: (performance.now() - startedAt) / 1_000 }
}
