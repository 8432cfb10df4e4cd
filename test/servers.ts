import { buildBrokersPlugin } from '../packages/build/src/build-brokers-plugin.mjs'
import { createProgress } from '../tools/local/progress'
import { bringUpTestServers, type TestServers } from '../tools/local/test-servers'

/** Shared by all projects of a run: each of them loads this module anew, in the same process. */
interface SharedServers {
  users: number
  readonly started: Promise<TestServers>
}

declare global {
  var ecommerceTestServers: SharedServers | undefined
}

/** Servers for the integration and end-to-end tests, brought up once a run, whatever projects take part. */
export async function setup(): Promise<void> {
  globalThis.ecommerceTestServers ??= { users: 0, started: start() }
  globalThis.ecommerceTestServers.users += 1
  await globalThis.ecommerceTestServers.started
}

export async function teardown(): Promise<void> {
  const servers = globalThis.ecommerceTestServers
  if (servers === undefined) return
  servers.users -= 1
  if (servers.users > 0) return
  globalThis.ecommerceTestServers = undefined
  await (await servers.started).stop()
}

async function start(): Promise<TestServers> {
  const progress = createProgress()
  try {
    // Serverless loads what was built: let that be what is tested.
    const [servers] = await Promise.all([bringUpTestServers(process.cwd(), progress), buildBrokersPlugin()])
    // biome-ignore lint/style/noProcessEnv: test workers inherit the addresses from here
    Object.assign(process.env, servers.environment)
    return servers
  } finally {
    progress.close()
  }
}
