import { type Config, ConfigError } from '@ecommerce/runtime/config'
import { readCheckout } from '../local/checkout'
import { confirm } from '../local/confirm'
import { formatTable, type TableRow } from '../local/format-table'
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

/** A server that a command needs; the message is all that somebody has to know. */
class ServerAwayError extends Error {
  override readonly name = 'ServerAwayError'
  readonly code = 'server-away'
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
    const message = isWrongUse || error instanceof ConfigError ? error.message : troubleOf(error)
    if (message === undefined) throw error
    console.error(message)
    return isWrongUse ? 2 : 1
  }
}

/** What is wrong with a server, in one line; undefined for an error that nobody foresaw. */
function troubleOf(error: unknown): string | undefined {
  if (error instanceof ServerAwayError) return error.message
  // The classes of kafkajs cannot be imported by name from an ES module.
  if (error instanceof Error && error.name.startsWith('KafkaJS')) {
    return `Kafka answers, but not all of it: ${error.message}. npm run topics shows which leaders there are`
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

/** Nothing is touched before every server that is needed has answered, and somebody has agreed. */
async function reset({ targets, options }: ResetLine, config: Config): Promise<number> {
  const resets = targets.map((target) => RESETS[target])
  for (const { server } of resets) await requireServer(server, config)
  const plans = await Promise.all(resets.map(({ plan }) => plan(config, options)))
  if (!options.yes) {
    console.log(`This will\n${plans.map((plan) => `  - ${plan}`).join('\n')}`)
    if (!(await confirm('Go ahead?'))) {
      console.error('nothing was changed; to go ahead without being asked, add --yes')
      return 1
    }
  }
  for (const { run } of resets) console.log(await run(config, options))
  return 0
}

/** One broker that is away, or in trouble, does not hide the other. */
async function lag(config: Config): Promise<number> {
  const backlogs: [ServerName, (config: Config) => Promise<TableRow[]>][] = [
    ['kafka', kafkaLag],
    ['rabbitmq', queueDepths],
  ]
  const troubles: string[] = []
  const tables: string[] = []
  for (const [server, measure] of backlogs) {
    try {
      await requireServer(server, config)
      tables.push(formatTable(await measure(config)))
    } catch (error) {
      const trouble = troubleOf(error)
      if (trouble === undefined) throw error
      troubles.push(trouble)
    }
  }
  if (tables.length > 0) console.log(tables.join('\n\n'))
  for (const trouble of troubles) console.error(trouble)
  return troubles.length > 0 ? 1 : 0
}

async function requireServer(name: ServerName, config: Config): Promise<void> {
  const server = serverNamed(name)
  const answer = await server.probe(config)
  if (answer.kind === 'ready') return
  const what = answer.kind === 'refused' ? answer.reason : 'does not answer'
  throw new ServerAwayError(
    `${server.title} at ${server.address(config)} ${what}. To start it: npm run infra -- up ${name}`,
  )
}
