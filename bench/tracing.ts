import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readTraceContext } from '@ecommerce/domain'
import type { Config } from '@ecommerce/runtime/config'
import { startFunctionHost } from './function-host'
import { load } from './http-load'
import type { OfflineService } from './offline-service'
import { type Finding, ratios } from './statistics'

const PORTS = { off: 3994, all: 3995, few: 3996 }
const ORDERS = 15_000
const FEW = 0.01

const SEAM_CALLS = 5_000_000
/** What requests of ours usually bring. */
const HEADERS = Array.from({ length: 1_000 }, (_, request) => ({
  host: 'api.example.com',
  'content-type': 'application/json',
  'content-length': String(request),
}))

/**
 * What tracing costs: the processor time of a synchronous order on three function hosts, one that traces nothing, one that
 * records every trace and one that records few, loaded in turn (as in `benchMetrics`), with a collector that takes
 * everything. Before Node 24 most of what few cost is Node's: an AsyncLocalStorage that is in use. What is left of tracing when it is off is one look for a header in an asynchronous order: it is timed alone.
 */
export async function benchTracing(config: Config, repetitions: number): Promise<Finding[]> {
  const collector = await startCollector()
  const { port } = collector.address() as AddressInfo
  const traced = { ...config, OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` }
  const services = {
    off: await startFunctionHost({ ...config, OTEL_EXPORTER_OTLP_ENDPOINT: undefined }, PORTS.off),
    all: await startFunctionHost({ ...traced, OTEL_TRACES_SAMPLER_ARG: 1 }, PORTS.all),
    few: await startFunctionHost({ ...traced, OTEL_TRACES_SAMPLER_ARG: FEW }, PORTS.few),
  }
  const names = ['off', 'few', 'all'] as const
  try {
    for (const name of names) await load(services[name], '/orders/sync', { amount: ORDERS })
    const costs: Record<(typeof names)[number], number[]> = { off: [], few: [], all: [] }
    for (let repetition = 0; repetition < repetitions; repetition++) {
      const turns = repetition % 2 === 0 ? names : names.toReversed()
      for (const name of turns) costs[name].push(await cpuMicrosecondsPerOrder(services[name]))
    }
    return [
      {
        name: 'the seam that is left when tracing is off',
        samples: seamNanoseconds(repetitions),
        unit: 'ns',
        atMost: 100,
      },
      { name: 'processor time of an order, tracing off', samples: costs.off, unit: 'us' },
      { name: `the same, ${FEW} of the traces recorded`, samples: costs.few, unit: 'us' },
      { name: 'the same, every trace recorded', samples: costs.all, unit: 'us' },
      { name: `${FEW} recorded / off`, samples: ratios(costs.few, costs.off), unit: '' },
      { name: 'all recorded / off', samples: ratios(costs.all, costs.off), unit: '' },
    ]
  } finally {
    await Promise.all(names.map((name) => services[name].stop()))
    collector.close()
  }
}

async function cpuMicrosecondsPerOrder(service: OfflineService): Promise<number> {
  const before = await service.cpuSeconds()
  await load(service, '/orders/sync', { amount: ORDERS })
  return (((await service.cpuSeconds()) - before) / ORDERS) * 1_000_000
}

/** Nothing else is there: what is not traced is not wrapped. */
function seamNanoseconds(repetitions: number): number[] {
  return Array.from({ length: repetitions }, () => {
    const startedAt = performance.now()
    let found = 0
    for (let call = 0; call < SEAM_CALLS; call++) {
      if (readTraceContext(HEADERS[call % HEADERS.length] ?? {}) !== undefined) found++
    }
    if (found > 0) throw new Error('there was nothing to find')
    return ((performance.now() - startedAt) / SEAM_CALLS) * 1_000_000
  })
}

async function startCollector(): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}
