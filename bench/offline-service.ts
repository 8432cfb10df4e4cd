import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Config } from '@ecommerce/runtime/config'
import { build } from '../packages/build/src/build.mjs'
import { buildBrokersPlugin } from '../packages/build/src/build-brokers-plugin.mjs'
import { nodeOptions } from '../tools/local/node-options'
import { childEnvironment } from '../tools/local/run'

const SERVERLESS = join(import.meta.dirname, '..', 'node_modules', '.bin', 'serverless')
const START_WITHIN_MS = 30_000
const TICKS_PER_SECOND = 100

export interface OfflineService {
  readonly url: string
  /** The resident memory of the server process. */
  readonly residentMb: () => Promise<number>
  /** The CPU time of the server process so far. */
  readonly cpuSeconds: () => Promise<number>
  readonly stop: () => Promise<void>
}

/** Runs a service of this folder in serverless-offline. It logs only warnings and has the route `POST /nothing`. */
export async function startOfflineService(config: Config, port: number, name = 'service'): Promise<OfflineService> {
  await Promise.all([build(), buildBrokersPlugin()])
  const child = spawn(SERVERLESS, ['offline', 'start', '--httpPort', String(port)], {
    cwd: join(import.meta.dirname, name),
    env: environmentOf(config),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return servedBy(child, port)
}

/** @param request succeeds as soon as the service serves @throws if it does not serve in time */
export async function servedBy(
  child: ChildProcess,
  port: number,
  request = { method: 'POST', path: '/nothing' },
): Promise<OfflineService> {
  const url = `http://127.0.0.1:${port}`
  await untilItServes(url + request.path, request.method, child)
  return {
    url,
    residentMb: () => residentMbOf(child),
    cpuSeconds: () => cpuSecondsOf(child),
    stop: async () => {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
    },
  }
}

export function environmentOf(config: Config): NodeJS.ProcessEnv {
  const settings = Object.entries(config).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]))
  const inherited = childEnvironment()
  return {
    ...inherited,
    ...Object.fromEntries(settings),
    SLS_LOG_LEVEL: 'warning',
    NODE_OPTIONS: nodeOptions(inherited.NODE_OPTIONS),
  }
}

async function untilItServes(url: string, method: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_WITHIN_MS
  while (Date.now() < deadline && child.exitCode === null) {
    const body = method === 'POST' ? '{}' : null
    const response = await fetch(url, { method, body }).catch(() => undefined)
    if (response?.ok) return
    await delay(100)
  }
  child.kill('SIGKILL')
  throw new Error(`${url} did not respond`)
}

async function residentMbOf({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024
}

async function cpuSecondsOf({ pid }: ChildProcess): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  // The program name, in parentheses, may contain blanks. User and system time are the 12th and 13th field after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}
