import type { Config } from '@ecommerce/runtime/config'
import { parseConfig } from '@ecommerce/runtime/config'
import { migrate } from '../../infra/mysql/migrate'
import { bringUp } from './bring-up'
import { Instance } from './instance'
import { freezeProcess, killProcess, livingPid, thawProcess } from './native-process'
import { prepare } from './prepare'
import { type Progress, silentProgress } from './progress'
import { resetServers } from './running-servers'
import { SERVER_NAMES, type Server, type ServerName } from './server'
import { serverSettings } from './server-settings'
import { serverWithNodes } from './servers'
import { waitForAnswer } from './start-native'

/** Far from the ports of `npm start` and of the test servers. */
const FIRST_PORTS = {
  NODE_ENV: 'test',
  MYSQL_PORT: '14306',
  MYSQL_DATABASE: 'ecommerce_test',
  KAFKA_BROKERS: '127.0.0.1:20092',
  RABBITMQ_URL: 'amqp://guest:guest@127.0.0.1:16673/',
  RABBITMQ_MANAGEMENT_PORT: '16683',
}

export interface ClusterOptions {
  /** Where the nodes keep their files. What is in there from a former cluster is deleted. */
  readonly folder: string
  /** Default: 3. */
  readonly nodes?: number
  /** Default: all. Those that are not named do not run. */
  readonly servers?: readonly ServerName[]
  readonly progress?: Progress
}

/** A node of a cluster, for a test that breaks it. */
export interface ClusterNode {
  /** host:port */
  readonly address: string
  /** undefined when it is not running. */
  pid(): Promise<number | undefined>
  /** Kills it with SIGKILL, as a crash would; returns when the process has ended. */
  kill(): Promise<void>
  /** Stops the process from running (SIGSTOP). Its connections stay open, and nothing responds any more. */
  freeze(): Promise<void>
  /** Lets a frozen process continue (SIGCONT). */
  resume(): Promise<void>
  /** Starts it again at the same address with the same data; returns when it is a member of the complete cluster. */
  start(): Promise<void>
}

export interface TestCluster {
  readonly config: Config
  /** The settings that lead to the cluster, as environment variables. */
  readonly environment: Readonly<Record<string, string>>
  /** The nodes of each server, in the order of its addresses. Empty for a server that does not run. */
  readonly nodes: Readonly<Record<ServerName, readonly ClusterNode[]>>
  /** Returns when all nodes respond and are members of their cluster. @throws when they are not in time */
  untilComplete(): Promise<void>
  /** Stops all nodes and deletes their data. */
  stop(): Promise<void>
}

/**
 * Brings up clusters for a test: empty, migrated, with the topology declared, apart from all other servers.
 * @throws when one of them is not available
 */
export async function bringUpCluster(options: ClusterOptions): Promise<TestCluster> {
  const { folder, nodes = 3, servers: names = SERVER_NAMES, progress = silentProgress } = options
  const instance = new Instance(folder)
  const servers = names.map((name) => serverWithNodes(name, nodes))
  const stop = () => resetServers(servers, { instance })
  await stop()
  try {
    const wanted = { instance, servers, config: parseConfig(FIRST_PORTS), setByUser: new Set<string>(), progress }
    const { config, outcomes } = await bringUp(wanted)
    for (const outcome of outcomes) {
      if (outcome.kind === 'missing') throw new Error(`${outcome.server.title}: ${outcome.reason}`)
    }
    if (!(await prepare(outcomes, config, progress))) throw new Error('the topology could not be declared')
    if (names.includes('mysql')) await migrate(config)
    const untilComplete = async () => void (await Promise.all(servers.map((server) => untilReady(server, config))))
    return {
      config,
      environment: serverSettings(config),
      nodes: nodesOf(servers, config, instance),
      untilComplete,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function nodesOf(servers: readonly Server[], config: Config, instance: Instance): TestCluster['nodes'] {
  const nodes: Record<ServerName, readonly ClusterNode[]> = { mysql: [], kafka: [], rabbitmq: [] }
  for (const server of servers) {
    nodes[server.name] = server.parts(config).map(({ folder, address }) => {
      const files = instance.files(folder)
      return {
        address,
        pid: () => livingPid(files),
        kill: () => killProcess(files),
        freeze: () => freezeProcess(files),
        resume: () => thawProcess(files),
        async start() {
          await server.startNative({ config, instance, note: () => {} })
          await untilReady(server, config)
        },
      }
    })
  }
  return nodes
}

async function untilReady(server: Server, config: Config): Promise<void> {
  if ((await waitForAnswer(server, config)) !== undefined) return
  throw new Error(`the cluster of ${server.title} at ${server.address(config)} is not complete`)
}
