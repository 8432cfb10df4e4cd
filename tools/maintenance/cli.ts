import { type Config, ConfigError } from '@ecommerce/runtime/config'
import { readCheckout } from '../local/checkout'
import { confirm } from '../local/confirm'
import { formatTable, type TableRow } from '../local/format-table'
import { InstanceFileError } from '../local/instance-files'
import type { ServerName } from '../local/server'
import { serverNamed } from '../local/servers'
import { UsageError } from '../usage-error'
import { type CommandLine, parseCommandLine, type ResetTarget } from './command-line'
import { kafkaLag } from './kafka-lag'
import { listPartitions } from './kafka-topics'
import { queueDepths } from './queue-depths'
import type { Reset } from './reset'
import { resetKafka } from './reset-kafka'
import { resetOrders } from './reset-orders'
import { resetRabbitMq } from './reset-rabbitmq'

/** A server that the command needs is unavailable. The message says how to start it. */
class ServerUnavailableError extends Error {
  override readonly name = 'ServerUnavailableError'
  readonly code = 'server-unavailable'
}

const RESETS: Readonly<Record<ResetTarget, Reset>> = {
  orders: resetOrders,
  rabbitmq: resetRabbitMq,
  kafka: resetKafka,
}

process.once('SIGINT', () => process.exit(130))
process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  try {
    return await execute(parseCommandLine(args), readCheckout().config)
  } catch (error) {
    const isWrongUse = error instanceof UsageError
    const message = isWrongUse || error instanceof ConfigError ? error.message : explain(error)
    if (message === undefined) throw error
    console.error(message)
    return isWrongUse ? 2 : 1
  }
}

/** Describes a problem with a server in one line. Returns undefined for an unexpected error. */
function explain(error: unknown): string | undefined {
  if (error instanceof ServerUnavailableError || error instanceof InstanceFileError) return error.message
  // kafkajs is a CommonJS module, so an ES module cannot import its error classes by name.
  if (error instanceof Error && error.name.startsWith('KafkaJS')) {
    return `Kafka responds, but not completely: ${error.message}. To see the partitions and their leaders: npm run topics`
  }
  return undefined
}

async function execute(line: CommandLine, config: Config): Promise<number> {
  switch (line.command) {
    case 'reset':
      return reset(line, config)
    case 'topics':
      await requireServer('kafka', config)
      console.log(formatTable(await listPartitions(config)))
      return 0
    case 'lag':
      return lag(config)
  }
}

type ResetLine = Extract<CommandLine, { command: 'reset' }>

/** Changes nothing before all servers have responded and the user has confirmed. */
async function reset({ targets, options }: ResetLine, config: Config): Promise<number> {
  const resets = targets.map((target) => RESETS[target])
  for (const { server } of resets) await requireServer(server, config)
  const plans = await Promise.all(resets.map(({ plan }) => plan(config, options)))
  if (!options.yes) {
    console.log(`This will\n${plans.map((plan) => `  - ${plan}`).join('\n')}`)
    if (!(await confirm('Continue?'))) {
      console.error('Nothing was changed. To continue without confirmation, add --yes')
      return 1
    }
  }
  for (const { run } of resets) console.log(await run(config, options))
  return 0
}

/** Shows the backlog of one broker even when the other has a problem. */
async function lag(config: Config): Promise<number> {
  const backlogs: [ServerName, (config: Config) => Promise<TableRow[]>][] = [
    ['kafka', kafkaLag],
    ['rabbitmq', queueDepths],
  ]
  const problems: string[] = []
  const tables: string[] = []
  for (const [server, measure] of backlogs) {
    try {
      await requireServer(server, config)
      tables.push(formatTable(await measure(config)))
    } catch (error) {
      const problem = explain(error)
      if (problem === undefined) throw error
      problems.push(problem)
    }
  }
  if (tables.length > 0) console.log(tables.join('\n\n'))
  for (const problem of problems) console.error(problem)
  return problems.length > 0 ? 1 : 0
}

async function requireServer(name: ServerName, config: Config): Promise<void> {
  const server = serverNamed(name)
  const answer = await server.probe(config)
  if (answer.kind === 'ready') return
  const problem = answer.kind === 'refused' ? answer.reason : 'does not respond'
  throw new ServerUnavailableError(
    `${server.title} at ${server.address(config)} ${problem}. To start it: npm run infra -- up ${name}`,
  )
}
