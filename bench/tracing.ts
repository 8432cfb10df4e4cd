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

const HEADER_READS = 5_000_000
/** The usual headers of a request without a trace. */
const HEADERS = Array.from({ length: 1_000 }, (_, request) => ({
  host: 'api.example.com',
  'content-type': 'application/json',
  'content-length': String(request),
}))

/**
 * The cost of tracing: the CPU time of a synchronous order on three function hosts with tracing off, with every trace
 * recorded, and with few traces recorded. They receive load in turn, as in `benchMetrics`, and a collector accepts all
 * spans. Before Node 24, most of the cost of few traces is that of AsyncLocalStorage. With tracing off, only an
 * asynchronous order reads one header. That read is measured separately.
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
        name: 'one header read, all that remains with tracing off',
        samples: headerReadNanoseconds(repetitions),
        unit: 'ns',
        atMost: 100,
      },
      { name: 'CPU time of an order, tracing off', samples: costs.off, unit: 'us' },
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

/** The only remaining cost: without tracing, no function is wrapped. */
function headerReadNanoseconds(repetitions: number): number[] {
  return Array.from({ length: repetitions }, () => {
    const startedAt = performance.now()
    let found = 0
    for (let call = 0; call < HEADER_READS; call++) {
      if (readTraceContext(HEADERS[call % HEADERS.length] ?? {}) !== undefined) found++
    }
    if (found > 0) throw new Error('these headers contain no trace')
    return ((performance.now() - startedAt) / HEADER_READS) * 1_000_000
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
