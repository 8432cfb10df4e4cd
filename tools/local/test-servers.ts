import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, parseConfig, readUserSettings } from '@ecommerce/runtime/config'
import { migrate } from '../../infra/mysql/migrate'
import { bringUp } from './bring-up'
import { DockerCompose } from './docker-compose'
import { Instance } from './instance'
import { acquireLock } from './lock'
import { killProcess } from './native-process'
import { prepare } from './prepare'
import type { Progress } from './progress'
import { resetServers, stopServers } from './running-servers'
import type { Server, ServerName } from './server'
import { SERVERS, serverNamed } from './servers'
import { waitForAnswer } from './start-native'

/** Far from the standard ports, so that whoever starts a server on those later finds them free. */
const TEST_DEFAULTS = {
  NODE_ENV: 'test',
  MYSQL_PORT: '13306',
  MYSQL_DATABASE: 'ecommerce_test',
  KAFKA_BROKERS: '127.0.0.1:19092',
  RABBITMQ_URL: 'amqp://guest:guest@127.0.0.1:15673/',
  RABBITMQ_MANAGEMENT_PORT: '15674',
} as const

export interface TestServers {
  /** The settings that lead to the servers, for the environment of the tests. */
  readonly environment: Readonly<Record<string, string>>
  stop(): Promise<void>
}

/**
 * Brings up servers for one test run: empty, migrated, with the topology declared, apart from those of `npm start`.
 * A second run in the same checkout waits for the first one to end. What the user set in `.env` has no say here.
 * @throws when one of the three cannot be had
 */
export async function bringUpTestServers(directory: string, progress: Progress): Promise<TestServers> {
  const instance = new Instance(testFolder(directory))
  const waiting = () => progress.line('  waiting for another test run that uses the test servers')
  const release = await acquireLock(join(instance.folder, 'run.lock'), waiting)
  const defaults = parseConfig(TEST_DEFAULTS)
  await resetServers(SERVERS, { config: defaults, instance })
  const { config, outcomes } = await bringUp({
    instance,
    servers: SERVERS,
    config: defaults,
    setByUser: new Set(),
    progress,
  })
  if (!(await prepare(outcomes, config, progress))) {
    await stopServers(SERVERS, instance)
    throw new Error('the servers for the tests are not available')
  }
  await migrate(config)
  return {
    environment: serverSettings(config),
    stop: async () => {
      await stopServers(SERVERS, instance)
      release()
    },
  }
}

/** A server of the test run as a fault test sees it. */
export interface TestServer {
  /** Ends it at once, as a crash would (SIGKILL); returns when it is gone. */
  kill(): Promise<void>
  /** Starts it again at the same address with the same data; returns when it answers. */
  start(): Promise<void>
}

/**
 * Usable in any test worker of the integration and e2e projects. Whoever kills a server starts it again before the
 * test ends, also when the test fails.
 */
export function testServer(name: ServerName, directory = process.cwd()): TestServer {
  return breakableServer(
    serverNamed(name),
    parseConfig(readUserSettings(directory)),
    new Instance(testFolder(directory)),
  )
}

/** The same for a server of any instance. */
export function breakableServer(server: Server, config: Config, instance: Instance): TestServer {
  const files = instance.files(server.name)
  const compose = new DockerCompose(instance.tag)
  // A process of ours leaves its pid file behind when it is killed; a container has none.
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
      if (version === undefined) throw new Error(`${server.title} does not come back: ${files.logFile}`)
    },
  }
}

function testFolder(directory: string): string {
  return join(directory, '.local', 'test')
}

/** Every setting of the three servers, so that nothing a user set for his own ones gets into a test. */
function serverSettings(config: Config): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => /^(MYSQL|KAFKA|RABBITMQ)_|^NODE_ENV$/.test(key))
      .map(([key, value]) => [key, String(value)]),
  )
}
