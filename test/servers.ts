import type { TestProject, Vitest } from 'vitest/node'
import { build } from '../packages/build/src/build.mjs'
import { buildBrokersPlugin } from '../packages/build/src/build-brokers-plugin.mjs'
import { createProgress } from '../tools/local/progress'
import { bringUpTestServers, type TestServers } from '../tools/local/test-servers'

/** Shared by all projects of a run: each of them loads its own copy of this module, in the same process. */
interface SharedServers {
  users: number
  readonly started: Promise<TestServers>
}

declare global {
  var ecommerceTestServers: SharedServers | undefined
}

declare module 'vitest' {
  interface ProvidedContext {
    /** The settings of each test worker's servers. */
    workerEnvironments: TestServers['environments']
  }
}

/** Servers for the integration and end-to-end tests, started once per run, whichever projects take part. */
export async function setup(project: TestProject): Promise<void> {
  globalThis.ecommerceTestServers ??= { users: 0, started: start(workersOf(project.vitest)) }
  globalThis.ecommerceTestServers.users += 1
  const { environments } = await globalThis.ecommerceTestServers.started
  project.provide('workerEnvironments', environments)
}

export async function teardown(): Promise<void> {
  const servers = globalThis.ecommerceTestServers
  if (servers === undefined) return
  servers.users -= 1
  if (servers.users > 0) return
  globalThis.ecommerceTestServers = undefined
  await (await servers.started).stop()
}

/** The largest number of workers that use servers at the same time. */
function workersOf({ projects }: Vitest): number {
  const withServers = projects.filter(({ config }) => config.globalSetup.length > 0)
  return Math.max(...withServers.map(({ config }) => config.maxWorkers))
}

async function start(workers: number): Promise<TestServers> {
  const progress = createProgress()
  try {
    const [servers] = await Promise.all([
      bringUpTestServers(process.cwd(), workers, progress),
      // Built once per run: the shops of the tests start without building again.
      Promise.all([build(), buildBrokersPlugin()]),
    ])
    return servers
  } finally {
    progress.close()
  }
}
