import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Measured } from './generators/measured'
import { CONNECTIONS } from './http-load'
import { type Finding, ratios } from './statistics'

const FOLDER = join(import.meta.dirname, 'generators')

/**
 * The load generator, compared with autocannon, each in its own process. Both use the same number of connections to a
 * server with a constant response time, so both should reach the same throughput with comparable CPU time. The load
 * generator records every request, while autocannon only counts them.
 */
export async function benchLoadGenerator(repetitions: number): Promise<Finding[]> {
  const server = start('order-server.js', [])
  try {
    const { port } = await message<{ port: number }>(server)
    const url = `http://127.0.0.1:${port}`
    const ours: Measured[] = []
    const autocannon: Measured[] = []
    for (let repetition = 0; repetition < repetitions; repetition++) {
      autocannon.push(await measure('send-with-autocannon.ts', url))
      ours.push(await measure('send-with-ours.ts', url))
    }
    const rates = ratios(ours.map(rate), autocannon.map(rate))
    const clients = `${CONNECTIONS} connections`
    return [
      { name: `autocannon, ${clients}`, samples: autocannon.map(rate), unit: 'req/s' },
      { name: `load generator, ${clients}`, samples: ours.map(rate), unit: 'req/s' },
      { name: 'load generator / autocannon, throughput', samples: rates, unit: '', atLeast: 0.9, atMost: 1.1 },
      { name: 'autocannon, CPU of a request', samples: autocannon.map(cpu), unit: 'us' },
      { name: 'load generator, CPU of a request', samples: ours.map(cpu), unit: 'us' },
      {
        name: 'load generator / autocannon, CPU',
        samples: ratios(ours.map(cpu), autocannon.map(cpu)),
        unit: '',
        atMost: 0.33,
      },
    ]
  } finally {
    server.kill()
  }
}

const rate = ({ requestsPerSecond }: Measured) => requestsPerSecond
const cpu = ({ cpuUsPerRequest }: Measured) => cpuUsPerRequest

async function measure(script: string, url: string): Promise<Measured> {
  const child = start(script, [url])
  const [measured] = await Promise.all([message<Measured>(child), once(child, 'exit')])
  return measured
}

function start(script: string, args: string[]): ChildProcess {
  return fork(join(FOLDER, script), args, { execArgv: ['--import', 'tsx'] })
}

async function message<Content>(child: ChildProcess): Promise<Content> {
  const content = once(child, 'message').then(([first]) => first as Content)
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${child.spawnargs.at(-1)} ended with code ${code} and reported no result`)
  })
  return Promise.race([content, ended])
}
