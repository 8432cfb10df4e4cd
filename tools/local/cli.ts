import { ConfigError } from '@ecommerce/runtime/config'
import { UsageError } from '../usage-error'
import { bringUp } from './bring-up'
import { type Checkout, readCheckout } from './checkout'
import { PortTakenError } from './choose-ports'
import { ClusterSettingError } from './cluster/choose-nodes'
import { type CommandLine, parseCommandLine } from './command-line'
import { confirm } from './confirm'
import { formatTable } from './format-table'
import { InstanceFileError } from './instance-files'
import { prepare } from './prepare'
import { createProgress } from './progress'
import { resetServers, serverLogs, serverStatus, stopServers } from './running-servers'
import type { Server } from './server'

const EXPECTED = [UsageError, ConfigError, PortTakenError, ClusterSettingError, InstanceFileError]

process.once('SIGINT', () => process.exit(130))
process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  try {
    const line = parseCommandLine(args)
    const request = line.nodes === undefined ? undefined : { nodes: line.nodes, servers: line.servers }
    const checkout = readCheckout(process.cwd(), request)
    const servers = checkout.servers.filter(({ name }) => line.servers.includes(name))
    return await execute(line, servers, checkout)
  } catch (error) {
    if (!EXPECTED.some((kind) => error instanceof kind)) throw error
    console.error(error instanceof Error ? error.message : error)
    return error instanceof UsageError ? 2 : 1
  }
}

async function execute(line: CommandLine, servers: readonly Server[], checkout: Checkout): Promise<number> {
  switch (line.command) {
    case 'up':
      return up(servers, checkout)
    case 'down':
      return down(servers, checkout)
    case 'status':
      console.log(formatTable(await serverStatus(servers, checkout)))
      return 0
    case 'logs':
      for (const server of servers) console.log(await serverLogs(server, checkout, 40))
      return 0
    case 'reset':
      return reset(line, servers, checkout)
  }
}

async function up(servers: readonly Server[], checkout: Checkout): Promise<number> {
  const progress = createProgress()
  try {
    const { config, outcomes } = await bringUp({ ...checkout, servers, progress })
    const ready = await prepare(outcomes, config, progress)
    console.log(`\n${formatTable(await serverStatus(servers, { ...checkout, config }))}`)
    return ready ? 0 : 1
  } finally {
    progress.close()
  }
}

async function down(servers: readonly Server[], { instance }: Checkout): Promise<number> {
  const stopped = await stopServers(servers, instance)
  console.log(stopped.length === 0 ? 'no server of this checkout was running' : `stopped ${stopped.join(', ')}`)
  return 0
}

async function reset({ yes }: CommandLine, servers: readonly Server[], checkout: Checkout): Promise<number> {
  const titles = servers.map(({ title }) => title).join(', ')
  if (!yes && !(await confirm(`Stop ${titles} and delete all their data under ${checkout.instance.folder}?`))) {
    console.error('nothing was deleted. To skip the question: npm run infra -- reset --yes')
    return 1
  }
  await resetServers(servers, checkout)
  console.log(`${titles}: stopped, data deleted`)
  return 0
}
