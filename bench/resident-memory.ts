import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Config } from '@ecommerce/runtime/config'
import { environmentOf, servedBy } from './offline-service'
import type { Finding } from './statistics'

const PORT = 3996
/** The time for the connections to the brokers and the first polls. */
const SETTLED_AFTER_MS = 5_000

/** The resident memory of each service of the function host after its start. Uses the last build. */
export async function benchResidentMemory(config: Config, repetitions: number): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const service of ['product', 'order']) {
    const samples: number[] = []
    for (let repetition = 0; repetition < repetitions; repetition++) samples.push(await residentMb(service, config))
    findings.push({ name: `${service} service at start: resident`, samples, unit: 'MB', atMost: 100 })
  }
  return findings
}

async function residentMb(service: string, config: Config): Promise<number> {
  const args = ['dist/function-host', '--service', service, '--port', String(PORT), '--host', '127.0.0.1']
  const child = spawn(process.execPath, args, {
    cwd: join(import.meta.dirname, '..'),
    env: { ...environmentOf(config), NODE_OPTIONS: '' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const running = await servedBy(child, PORT, { method: 'GET', path: '/health' })
  await delay(SETTLED_AFTER_MS)
  const megabytes = await running.residentMb()
  await running.stop()
  return megabytes
}
