import { randomUUID } from 'node:crypto'
import { MysqlOrderStore } from '@ecommerce/adapters/mysql'
import { OrderIds } from '@ecommerce/domain'
import type { Config } from '@ecommerce/runtime/config'
import { openDatabase } from '../infra/mysql/open-database'
import { quantileOf } from '../load/measure/quantile'
import { CONNECTIONS, load, ORDER } from './http-load'
import { type OfflineService, startOfflineService } from './offline-service'
import { type Finding, ratios } from './statistics'
import { untilRelayed } from './until-relayed'

const PORT = 3999
const SECONDS = 5
const LONE_ORDERS = 500
const SOAK_ORDERS = 200_000

/** Synchronous orders over HTTP in serverless-offline, compared with an empty handler. */
export async function benchHttpOrders(config: Config, repetitions: number): Promise<Finding[]> {
  const service = await startOfflineService(config, PORT)
  try {
    await load(service, '/nothing', { duration: 3 })
    await load(service, '/orders/sync', { duration: 3 })
    return [
      ...(await throughput(service, repetitions)),
      ...(await loneLatency(service, config, repetitions)),
      await memory(service, config),
    ]
  } finally {
    await service.stop()
  }
}

async function throughput(service: OfflineService, repetitions: number): Promise<Finding[]> {
  const empty: number[] = []
  const orders: number[] = []
  for (let repetition = 0; repetition < repetitions; repetition++) {
    empty.push(await load(service, '/nothing', { duration: SECONDS }))
    orders.push(await load(service, '/orders/sync', { duration: SECONDS }))
  }
  return [
    { name: `empty handler, ${CONNECTIONS} connections`, samples: empty, unit: 'req/s' },
    { name: `POST /orders/sync on one product, ${CONNECTIONS} connections`, samples: orders, unit: 'orders/s' },
    { name: 'orders / empty handler', samples: ratios(orders, empty), unit: '', atLeast: 0.6 },
  ]
}

/** The latency of one order at a time, over HTTP and of its transaction alone. */
async function loneLatency(service: OfflineService, config: Config, repetitions: number): Promise<Finding[]> {
  const database = openDatabase(config)
  const store = new MysqlOrderStore(database, () => new Date())
  const ids = new OrderIds({ secret: config.ORDER_ID_SECRET, clock: () => new Date(), randomUuid: randomUUID })
  const place = () => {
    const at = new Date()
    const lines = [{ productId: 1, quantity: 1 }]
    const order = { id: ids.mint(), userId: 'bench', channel: 'sync', lines, fingerprint: '' } as const
    return store.place([{ ...order, acceptedAt: at, consumedAt: at }])
  }
  const post = async () => {
    const headers = { 'content-type': 'application/json' }
    await (await fetch(`${service.url}/orders/sync`, { method: 'POST', headers, body: ORDER })).text()
  }
  const transaction: number[] = []
  const http: number[] = []
  await untilRelayed(config)
  await p99(place)
  await p99(post)
  for (let repetition = 0; repetition < repetitions; repetition++) {
    transaction.push(await p99(place))
    http.push(await p99(post))
  }
  await database.close()
  return [
    { name: 'p99 of the transaction of one order', samples: transaction, unit: 'ms' },
    { name: 'p99 of a lone POST /orders/sync', samples: http, unit: 'ms' },
    { name: 'lone order / its transaction, p99', samples: ratios(http, transaction), unit: '', atMost: 3 },
  ]
}

async function p99(work: () => Promise<unknown>): Promise<number> {
  const samples: number[] = []
  for (let index = 0; index < LONE_ORDERS; index++) {
    const startedAt = performance.now()
    await work()
    samples.push(performance.now() - startedAt)
  }
  return quantileOf(samples, 0.99)
}

/**
 * Memory after 200,000 orders, compared with memory after the first tenth, when pools and code are warm. Each is measured
 * after all events were published, because events in flight change it.
 */
async function memory(service: OfflineService, config: Config): Promise<Finding> {
  const residentMbAfter = async (amount: number) => {
    await load(service, '/orders/sync', { amount })
    await untilRelayed(config)
    return service.residentMb()
  }
  const before = await residentMbAfter(SOAK_ORDERS / 10)
  const after = await residentMbAfter(SOAK_ORDERS)
  return { name: 'resident memory after 200,000 orders / before', samples: [after / before], unit: '', atMost: 1.1 }
}
