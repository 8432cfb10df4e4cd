import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, parseConfig, readUserSettings } from '@ecommerce/runtime/config'
import { migrate } from '../../infra/mysql/migrate'
import { bringUp } from './bring-up'
import { DockerCompose } from './docker-compose'
import { Instance } from './instance'
import { acquireLock } from './lock'
import { freezeProcess, killProcess, thawProcess } from './native-process'
import { prepare } from './prepare'
import type { Progress } from './progress'
import { childEnvironment } from './run'
import { resetServers, stopServers } from './running-servers'
import type { Server, ServerName } from './server'
import { serverSettings } from './server-settings'
import { SERVERS, serverNamed } from './servers'
import { waitForAnswer } from './start-native'

/** Names the folder of the set of servers that belongs to a test worker. */
const FOLDER_VARIABLE = 'TEST_SERVERS_FOLDER'

/** Far from the standard ports, so that a server started on those later finds them free. */
const FIRST_PORTS = { mysql: 13_306, kafka: 19_092, rabbitmq: 15_673, rabbitmqManagement: 15_674 }
/** Between the ports of one set of servers and those of the next. */
const PORT_STEP = 10

export interface TestServers {
  /** For each set of servers: the settings that lead to it, for the environment of one test worker. */
  readonly environments: readonly Readonly<Record<string, string>>[]
  stop(): Promise<void>
}

/**
 * Brings up servers for one test run: empty, migrated, with the topology declared, apart from those of `npm start`.
 * Each test worker gets a set of its own, so that test files of two workers can never meet.
 * A second run in the same checkout waits for the first one to end. The settings in `.env` have no effect here.
 * @throws when one of the servers is not available
 */
export async function bringUpTestServers(directory: string, workers: number, progress: Progress): Promise<TestServers> {
  const folder = testFolder(directory)
  const waiting = () => progress.line('  waiting for another test run that uses the test servers')
  const release = await acquireLock(join(folder, 'run.lock'), waiting)
  const instances = Array.from({ length: workers }, (_, at) => new Instance(join(folder, `worker-${at + 1}`)))
  const stop = async () => {
    await Promise.all(instances.map((instance) => stopServers(SERVERS, instance)))
    release()
  }
  try {
    const sets: Promise<Record<string, string>>[] = []
    for (const [at, instance] of instances.entries()) {
      // Two sets cannot install packages at the same time.
      const mustInstall = SERVERS.some((server) => server.missingPackages().length > 0)
      const set = bringUpSet(instance, at, progress)
      sets.push(set)
      if (mustInstall) await set
    }
    // Nothing starts any more when one of them has failed.
    await Promise.allSettled(sets)
    const environments = await Promise.all(sets)
    return { environments, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function bringUpSet(instance: Instance, at: number, progress: Progress): Promise<Record<string, string>> {
  const defaults = parseConfig(settingsOfSet(at))
  await resetServers(SERVERS, { instance })
  const { config, outcomes } = await bringUp({
    instance,
    servers: SERVERS,
    config: defaults,
    setByUser: new Set(),
    progress,
  })
  if (!(await prepare(outcomes, config, progress))) throw new Error('the servers for the tests are not available')
  await migrate(config)
  return { ...serverSettings(config), [FOLDER_VARIABLE]: instance.folder }
}

function settingsOfSet(at: number): Readonly<Record<string, string>> {
  const port = (name: keyof typeof FIRST_PORTS) => FIRST_PORTS[name] + at * PORT_STEP
  return {
    NODE_ENV: 'test',
    MYSQL_PORT: String(port('mysql')),
    MYSQL_DATABASE: 'ecommerce_test',
    KAFKA_BROKERS: `127.0.0.1:${port('kafka')}`,
    RABBITMQ_URL: `amqp://guest:guest@127.0.0.1:${port('rabbitmq')}/`,
    RABBITMQ_MANAGEMENT_PORT: String(port('rabbitmqManagement')),
  }
}

/** A server of the test run, for a test that breaks it. */
export interface TestServer {
  /** Kills it with SIGKILL, as a crash would; returns when the process has ended. */
  kill(): Promise<void>
  /** Starts it again at the same address with the same data; returns when it responds. */
  start(): Promise<void>
  /** Freezes it with SIGSTOP: it keeps its connections, and says nothing. A test thaws it before it ends. */
  freeze(): Promise<void>
  thaw(): Promise<void>
}

/**
 * A server of this test worker, in the integration and e2e projects. A test that kills a server starts it again before
 * it ends, also when it fails.
 */
export function testServer(name: ServerName): TestServer {
  const folder = childEnvironment()[FOLDER_VARIABLE]
  if (folder === undefined)
    throw new Error('this test worker has no servers: it belongs to neither project with servers')
  return breakableServer(serverNamed(name), parseConfig(readUserSettings()), new Instance(folder))
}

/** A server of any instance, for a test that breaks it. */
export function breakableServer(server: Server, config: Config, instance: Instance): TestServer {
  const files = instance.files(server.name)
  const compose = new DockerCompose(instance.tag)
  // A killed process leaves its pid file behind; a container has none.
  const isNative = () => existsSync(files.pidFile)
  return {
    async kill() {
      if (isNative()) await killProcess(files)
      else await compose.kill(server.name)
    },
    async start() {
      if (isNative()) await server.startNative({ config, instance, note: () => {} })
      else await compose.start(server.name)
      const version = await waitForAnswer(server, config)
      if (version === undefined) throw new Error(`${server.title} does not respond after its restart: ${files.logFile}`)
    },
    freeze: () => (isNative() ? freezeProcess(files) : compose.pause(server.name)),
    thaw: () => (isNative() ? thawProcess(files) : compose.unpause(server.name)),
  }
}

function testFolder(directory: string): string {
  return join(directory, '.local', 'test')
}
