import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '@ecommerce/runtime/config'
import { build } from '../packages/build/src/build.mjs'
import type { FunctionDefinition, Manifest } from '../packages/function-host/src/manifest'
import { purgeRabbitmqQueue, withBenchBrokers } from './bench-brokers'
import { CONNECTIONS, load } from './http-load'
import { environmentOf, type OfflineService, servedBy, startOfflineService } from './offline-service'
import { benchResidentMemory } from './resident-memory'
import { type Finding, ratios } from './statistics'
import { untilRelayed } from './until-relayed'

const PORTS = { bare: 3997, offline: 3998, host: 3999 }
const SECONDS = 5
/** The speed of a shared machine changes slowly, so many short pairs give a stable ratio. */
const PAIRS = 15
const SECONDS_OF_PAIR = 3
const CHANNELS = ['sync', 'async/kafka', 'async/rabbitmq'] as const
const ROOT = join(import.meta.dirname, '..')

/** The function host, compared with Node's HTTP server, with serverless-offline, and with single inserts. */
export function benchFunctionHost(config: Config, repetitions: number): Promise<Finding[]> {
  return withBenchBrokers(config, async (own) => {
    const bare = await startBareServer()
    const offline = await startOfflineService(own, PORTS.offline)
    const host = await startFunctionHost(own)
    try {
      for (const service of [bare, offline, host]) await load(service, '/nothing', { duration: 3 })
      return [
        ...(await benchResidentMemory(own, repetitions)),
        ...(await emptyHandler({ bare, offline, host }, repetitions)),
        ...(await comparedWithInserts(host, own)),
        ...(await orders(host, own, repetitions)),
      ]
    } finally {
      await Promise.all([bare, offline, host].map((service) => service.stop()))
    }
  })
}

async function emptyHandler(
  services: Readonly<Record<'bare' | 'offline' | 'host', OfflineService>>,
  repetitions: number,
): Promise<Finding[]> {
  const samples = { bare: [] as number[], offline: [] as number[], host: [] as number[] }
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const name of ['bare', 'offline', 'host'] as const) {
      samples[name].push(await load(services[name], '/nothing', { duration: SECONDS }))
    }
  }
  return [
    { name: `bare node:http, ${CONNECTIONS} connections`, samples: samples.bare, unit: 'req/s' },
    { name: 'empty handler, serverless-offline', samples: samples.offline, unit: 'req/s' },
    { name: 'empty handler, function host', samples: samples.host, unit: 'req/s' },
    { name: 'function host / bare node:http', samples: ratios(samples.host, samples.bare), unit: '', atLeast: 0.5 },
    { name: 'function host / serverless-offline', samples: ratios(samples.host, samples.offline), unit: '' },
  ]
}

/** The rate of accepted orders on each channel, without consumers, and the CPU time of one order. */
async function orders(host: OfflineService, config: Config, repetitions: number): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const channel of CHANNELS) {
    await load(host, `/orders/${channel}`, { duration: 3 })
    for (const connections of [100, 300]) {
      const rates: number[] = []
      const costs: number[] = []
      for (let repetition = 0; repetition < repetitions; repetition++) {
        const before = await host.cpuSeconds()
        const rate = await load(host, `/orders/${channel}`, { duration: SECONDS }, connections)
        rates.push(rate)
        costs.push((((await host.cpuSeconds()) - before) / (rate * SECONDS)) * 1e6)
        await purgeRabbitmqQueue(config)
      }
      const name = `POST /orders/${channel}, host, ${connections} connections`
      findings.push(
        { name, samples: rates, unit: 'orders/s' },
        { name: '  CPU time per order', samples: costs, unit: 'us' },
      )
    }
  }
  return findings
}

/** Synchronous orders, compared with one committed insert per request: same host, same callers, same pool size. */
async function comparedWithInserts(host: OfflineService, config: Config): Promise<Finding[]> {
  const placed: number[] = []
  const inserted: number[] = []
  // Warm-up: V8 needs longer to optimize a placement than an insert.
  for (const path of ['/rows', '/orders/sync']) await load(host, path, { duration: 2 * SECONDS })
  for (let pair = 0; pair < PAIRS; pair++) {
    await untilRelayed(config)
    inserted.push(await load(host, '/rows', { duration: SECONDS_OF_PAIR }))
    placed.push(await load(host, '/orders/sync', { duration: SECONDS_OF_PAIR }))
  }
  return [
    { name: `one insert per request, ${CONNECTIONS} connections`, samples: inserted, unit: 'rows/s' },
    { name: `POST /orders/sync on one product, ${CONNECTIONS} connections`, samples: placed, unit: 'orders/s' },
    { name: 'orders / single inserts', samples: ratios(placed, inserted), unit: '', atLeast: 1.5 },
  ]
}

function startBareServer(): Promise<OfflineService> {
  const program = join(import.meta.dirname, 'bare-server.js')
  return servedBy(spawn(process.execPath, [program, String(PORTS.bare)], { stdio: 'inherit' }), PORTS.bare)
}

/** Starts the functions that accept orders and an empty one. There are no consumers, which would use CPU time. */
export async function startFunctionHost(config: Config, port = PORTS.host): Promise<OfflineService> {
  await build()
  const manifest: Manifest = JSON.parse(await readFile(join(ROOT, 'dist', 'manifest.json'), 'utf8'))
  const folder = await mkdtemp(join(ROOT, 'dist', 'bench-'))
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(withOwnFunctions(manifest)))
  const args = ['dist/function-host', '--manifest', join(folder, 'manifest.json'), '--port', String(port)]
  const patterns = ['bench/*', ...CHANNELS.map((channel) => `orders/create-order-${channel.replace('async/', '')}`)]
  const child = spawn(process.execPath, [...args, '--host', '127.0.0.1', '--functions', patterns.join(',')], {
    cwd: ROOT,
    env: environmentOf(config),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const service = await servedBy(child, port)
  await rm(folder, { recursive: true })
  return service
}

/** The host resolves files from the folder above that of the manifest, here `dist`. */
function withOwnFunctions(manifest: Manifest): Manifest {
  const functions = Object.entries(manifest.functions).map(([key, definition]) => [
    key,
    { ...definition, handler: definition.handler.replace(/^dist\//, '') },
  ])
  return {
    ...manifest,
    lifecycle: manifest.lifecycle?.replace(/^dist\//, '') ?? '',
    functions: {
      ...Object.fromEntries(functions),
      'do-nothing': ownFunction('do-nothing', 'POST /nothing'),
      'insert-row': ownFunction('insert-row', 'POST /rows'),
    },
  }
}

function ownFunction(name: string, route: string): FunctionDefinition {
  return {
    name,
    group: 'bench',
    handler: `../bench/service/${name}.handler`,
    timeoutSeconds: 10,
    memorySizeMb: 512,
    routes: [route],
    schedules: [],
    eventSources: [],
  }
}
