import type { Config } from '@ecommerce/runtime/config'
import { load } from './http-load'
import { type OfflineService, startOfflineService } from './offline-service'
import { type Finding, ratios } from './statistics'
import { untilRelayed } from './until-relayed'

const PORTS = { watched: 3997, unwatched: 3998 }
const ORDERS = 15_000
const SCRAPE_INTERVAL_MS = 1_000

interface Run {
  readonly ordersPerSecond: number
  readonly cpuMicrosecondsPerOrder: number
}

/**
 * The cost of metrics: synchronous orders on a server that counts and is scraped every second, compared with one that
 * does not. Both run all the time and receive load in turn, one pair per repetition. A server is one thread, so its
 * CPU time per order limits its rate. The CPU time depends less on the load of the machine than the rate does.
 */
export async function benchMetrics(config: Config, repetitions: number): Promise<Finding[]> {
  const watched = await startOfflineService({ ...config, METRICS: 'prometheus' }, PORTS.watched)
  const unwatched = await startOfflineService({ ...config, METRICS: 'none' }, PORTS.unwatched)
  try {
    for (const service of [watched, unwatched]) await load(service, '/orders/sync', { amount: ORDERS })
    const counted: Run[] = []
    const bare: Run[] = []
    for (let repetition = 0; repetition < repetitions; repetition++) {
      const turns = [
        async () => counted.push(await scraped(watched, () => run(watched))),
        async () => bare.push(await run(unwatched)),
      ]
      for (const turn of repetition % 2 === 0 ? turns : turns.reverse()) {
        await untilRelayed(config)
        await turn()
      }
    }
    const rate = (runs: readonly Run[]) => runs.map(({ ordersPerSecond }) => ordersPerSecond)
    const cost = (runs: readonly Run[]) => runs.map(({ cpuMicrosecondsPerOrder }) => cpuMicrosecondsPerOrder)
    return [
      { name: 'POST /orders/sync, METRICS=none', samples: rate(bare), unit: 'orders/s' },
      { name: 'the same, METRICS=prometheus, scraped every second', samples: rate(counted), unit: 'orders/s' },
      { name: 'CPU time of an order without metrics', samples: cost(bare), unit: 'us' },
      { name: 'CPU time of an order with metrics', samples: cost(counted), unit: 'us' },
      { name: 'with metrics / without', samples: ratios(cost(counted), cost(bare)), unit: '', atMost: 1.02 },
    ]
  } finally {
    await Promise.all([watched.stop(), unwatched.stop()])
  }
}

async function run(service: OfflineService): Promise<Run> {
  const before = await service.cpuSeconds()
  const ordersPerSecond = await load(service, '/orders/sync', { amount: ORDERS })
  const cpuSeconds = (await service.cpuSeconds()) - before
  return { ordersPerSecond, cpuMicrosecondsPerOrder: (cpuSeconds / ORDERS) * 1_000_000 }
}

async function scraped<Result>(service: OfflineService, work: () => Promise<Result>): Promise<Result> {
  const scrapes: Promise<void>[] = []
  const timer = setInterval(() => scrapes.push(scrape(service)), SCRAPE_INTERVAL_MS)
  try {
    const result = await work()
    await Promise.all(scrapes)
    return result
  } finally {
    clearInterval(timer)
  }
}

async function scrape({ url }: OfflineService): Promise<void> {
  const response = await fetch(`${url}/metrics`)
  const text = await response.text()
  if (!response.ok || !text.includes('ecommerce_orders_total'))
    throw new Error(`/metrics responded with ${response.status}`)
}
