import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, parseConfig } from '@ecommerce/runtime/config'
import { NetworkProxy } from '@ecommerce/testing/network-proxy'
import { migrate } from '../../infra/mysql/migrate'
import { anyFreePort } from '../../tools/local/free-port'
import { Instance } from '../../tools/local/instance'
import { acquireLock } from '../../tools/local/lock'
import {
  killProcess,
  livingPid,
  type ProcessFiles,
  parsePidRecord,
  startTimeFromStat,
} from '../../tools/local/native-process'
import { prepare } from '../../tools/local/prepare'
import type { Progress } from '../../tools/local/progress'
import { resetServers, stopServers } from '../../tools/local/running-servers'
import { type PortsBehindProxy, SERVER_NAMES, type ServerName } from '../../tools/local/server'
import { SERVERS, serverNamed } from '../../tools/local/servers'
import { installMissing, startNatively, waitUntilReady } from '../../tools/local/start-native'
import { createShopAccount, SHOP_ACCOUNT } from './mysql-admin'
import { SmallDisks } from './small-disks'

export interface FaultServersOptions {
  /** The folder of the set of servers. Everything in it is deleted first. */
  readonly folder: string
  /** Puts the data of each server on a small file system of its own, which a fault can fill. Needs root. */
  readonly onSmallDisks: boolean
  readonly progress: Progress
}

type Proxies = Readonly<Record<ServerName, NetworkProxy>>

/** No server of this run could be started. */
export class ServersError extends Error {
  override readonly name = 'ServersError'
  readonly code = 'servers'
}

/**
 * MySQL, Kafka and RabbitMQ as processes of their own, each behind a proxy. The shop connects through the proxies, and
 * the tool itself directly, so that it can still work on a server that the shop cannot reach.
 */
export class FaultServers {
  /**
   * Starts empty servers, migrated, with the topology declared.
   * @throws {ServersError} if one of them is not available
   */
  static async start({ folder, onSmallDisks, progress }: FaultServersOptions): Promise<FaultServers> {
    const waiting = () => progress.line('  waiting for another run that uses these servers')
    const release = await acquireLock(join(folder, 'run.lock'), waiting)
    const instance = new Instance(join(folder, 'servers'))
    const config = parseConfig(await freshSettings())
    await resetServers(SERVERS, { instance })
    const disks = new SmallDisks(instance)
    disks.unmount()
    if (onSmallDisks) disks.mount()
    const brokerPort = await anyFreePort()
    const servers = new FaultServers(
      instance,
      config,
      disks,
      await openProxies(config, brokerPort),
      brokerPort,
      release,
    )
    try {
      await servers.#bringUp(progress)
      return servers
    } catch (error) {
      await servers.stop()
      throw error
    }
  }

  private constructor(
    readonly instance: Instance,
    /** The settings of the tool: directly to the servers, as an administrator. */
    readonly config: Config,
    readonly disks: SmallDisks,
    readonly proxies: Proxies,
    private readonly brokerPort: number,
    private readonly release: () => void,
  ) {
    // A frozen process ends only by SIGKILL, and nobody needs the data any more.
    process.once('exit', this.#killAll)
  }

  /** The settings of the shop: through the proxies, as a user without the rights of an administrator. */
  get shopSettings(): Readonly<Record<string, string>> {
    const { mysql, kafka, rabbitmq } = this.proxies
    return {
      NODE_ENV: 'test',
      MYSQL_HOST: '127.0.0.1',
      MYSQL_PORT: String(mysql.port),
      MYSQL_USER: SHOP_ACCOUNT.user,
      MYSQL_PASSWORD: SHOP_ACCOUNT.password,
      MYSQL_DATABASE: this.config.MYSQL_DATABASE,
      KAFKA_BROKERS: `127.0.0.1:${kafka.port}`,
      RABBITMQ_URL: `amqp://guest:guest@127.0.0.1:${rabbitmq.port}/`,
      RABBITMQ_MANAGEMENT_PORT: String(this.config.RABBITMQ_MANAGEMENT_PORT),
    }
  }

  /** The process id of a server. @throws if it is not running */
  async pid(name: ServerName): Promise<number> {
    const pid = await livingPid(this.instance.files(name))
    if (pid === undefined) throw new ServersError(`${name} is not running`)
    return pid
  }

  /** Stops a server with SIGSTOP: its connections stay open, and nothing responds. */
  async freeze(name: ServerName): Promise<void> {
    process.kill(-(await this.pid(name)), 'SIGSTOP')
  }

  async thaw(name: ServerName): Promise<void> {
    const pid = await livingPid(this.instance.files(name))
    if (pid !== undefined) process.kill(-pid, 'SIGCONT')
  }

  kill(name: ServerName): Promise<void> {
    return killProcess(this.instance.files(name))
  }

  /** Starts a server that has ended, with the data that it has. Returns when it responds. */
  async startAgain(name: ServerName): Promise<void> {
    if ((await livingPid(this.instance.files(name))) !== undefined) return
    const server = serverNamed(name)
    await server.startNative({ ...this.#start, note: () => undefined })
    await waitUntilReady(server, this.config, this.instance)
  }

  /** Ends every fault of networks and processes that is still in effect. */
  async restore(): Promise<void> {
    this.disks.empty()
    for (const name of SERVER_NAMES) {
      await this.proxies[name].heal()
      await this.thaw(name)
      await this.startAgain(name)
    }
  }

  /** Kills all servers and starts them again with their data. */
  async restart(): Promise<void> {
    for (const name of SERVER_NAMES) await this.kill(name)
    await this.restore()
  }

  async stop(): Promise<void> {
    process.removeListener('exit', this.#killAll)
    for (const name of SERVER_NAMES) {
      await this.thaw(name)
      // Their data is deleted at the next start anyway.
      await this.kill(name)
    }
    await stopServers(SERVERS, this.instance)
    await Promise.all(Object.values(this.proxies).map((proxy) => proxy.close()))
    this.disks.unmount()
    this.release()
  }

  get #start() {
    const behindProxy: PortsBehindProxy = { listen: this.brokerPort, advertise: this.proxies.kafka.port }
    return { config: this.config, instance: this.instance, behindProxy }
  }

  async #bringUp(progress: Progress): Promise<void> {
    await installMissing(SERVERS, () => progress.step('packages'))
    const outcomes = await Promise.all(
      SERVERS.map(async (server) => {
        const step = progress.step(server.title)
        const outcome = await startNatively(server, { ...this.#start, note: step.note })
        if (outcome.kind === 'up') step.done(`${outcome.version} behind a proxy`)
        else step.fail(outcome.reason)
        return outcome
      }),
    )
    if (!(await prepare(outcomes, this.config, progress))) throw new ServersError('the servers are not available')
    await migrate(this.config)
    await createShopAccount(this.config)
  }

  readonly #killAll = () => {
    for (const name of SERVER_NAMES) killNow(this.instance.files(name))
  }
}

/** While a process exits, nothing asynchronous can run any more. Kills only the process of the pid file. */
function killNow({ pidFile }: ProcessFiles): void {
  try {
    const record = parsePidRecord(readFileSync(pidFile, 'utf8'))
    if (record === undefined) return
    const startedAt = startTimeFromStat(readFileSync(`/proc/${record.pid}/stat`, 'utf8'))
    if (startedAt === record.startedAt) process.kill(-record.pid, 'SIGKILL')
  } catch {
    // It has ended, or this is not Linux: then the next run stops it.
  }
}

async function freshSettings(): Promise<Readonly<Record<string, string>>> {
  return {
    NODE_ENV: 'test',
    MYSQL_PORT: String(await anyFreePort()),
    MYSQL_DATABASE: 'ecommerce_faults',
    KAFKA_BROKERS: `127.0.0.1:${await anyFreePort()}`,
    RABBITMQ_URL: `amqp://guest:guest@127.0.0.1:${await anyFreePort()}/`,
    RABBITMQ_MANAGEMENT_PORT: String(await anyFreePort()),
  }
}

async function openProxies(config: Config, brokerPort: number): Promise<Proxies> {
  const open = (port: number) => NetworkProxy.open({ host: '127.0.0.1', port })
  return {
    mysql: await open(config.MYSQL_PORT),
    kafka: await open(brokerPort),
    rabbitmq: await open(Number(new URL(config.RABBITMQ_URL).port)),
  }
}
