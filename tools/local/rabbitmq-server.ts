import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { closeConnection, connectToAny } from '@ecommerce/adapters/rabbitmq'
import type { Config } from '@ecommerce/runtime/config'
import { anyFreePort } from './free-port'
import type { Instance } from './instance'
import { startDetached, stopProcess } from './native-process'
import { findProgram, isExecutable } from './run'
import { type NativeStart, type ProbeResult, type Server, singlePart } from './server'
import { stopFolders, stopOthers } from './stop-server'
import { findTag } from './tag-file'

/** Debian's wrapper of this name runs as user rabbitmq, which cannot read this folder. This is the program it wraps. */
const DEBIAN_PROGRAM = '/usr/lib/rabbitmq/bin/rabbitmq-server'

const STOP_TIMEOUT_MS = 60_000

export const rabbitmqServer: Server = {
  name: 'rabbitmq',
  title: 'RabbitMQ',
  nodes: 1,
  startTimeoutMs: 120_000,
  installHint: 'brew install rabbitmq',

  host: (config) => parseAmqpUrl(config).host,
  address: (config) => `${parseAmqpUrl(config).host}:${parseAmqpUrl(config).port}`,
  ports: (config) => [
    { key: 'RABBITMQ_URL', port: parseAmqpUrl(config).port },
    { key: 'RABBITMQ_MANAGEMENT_PORT', port: config.RABBITMQ_MANAGEMENT_PORT },
  ],
  withPorts: (config, [port, managementPort = config.RABBITMQ_MANAGEMENT_PORT]) => {
    const url = new URL(config.RABBITMQ_URL[0])
    if (port !== undefined && port !== parseAmqpUrl(config).port) url.port = String(port)
    return {
      ...config,
      RABBITMQ_URL: [url.href, ...config.RABBITMQ_URL.slice(1)],
      RABBITMQ_MANAGEMENT_PORT: managementPort,
    }
  },
  environment: (config) => ({
    RABBITMQ_URL: config.RABBITMQ_URL.join(','),
    RABBITMQ_MANAGEMENT_PORT: String(config.RABBITMQ_MANAGEMENT_PORT),
  }),
  composeEnvironment: (config, instance) => {
    const { port, user, password, vhost } = parseAmqpUrl(config)
    return {
      RABBITMQ_PORT: String(port),
      RABBITMQ_USER: user,
      RABBITMQ_PASSWORD: password,
      RABBITMQ_VHOST: vhost,
      LOCAL_INSTANCE: instance.tag,
    }
  },

  probe,
  missingPackages: () => (findServerProgram() === undefined ? ['rabbitmq-server'] : []),
  startNative,
  parts: (config) => [singlePart(rabbitmqServer, config)],
  stopOtherForm: (instance) => stopOthers(instance, 'rabbitmq', ['rabbitmq'], STOP_TIMEOUT_MS),
  stopStale: async (instance) => {
    await stopRabbitmq(instance)
    return false
  },
  stopNative: stopRabbitmq,
}

/** Stops the single server or the nodes, then the port mapper that they share. */
export async function stopRabbitmq(instance: Instance): Promise<boolean> {
  const folders = instance.foldersOf('rabbitmq')
  const stopped = await stopFolders(instance, folders, STOP_TIMEOUT_MS)
  await Promise.all(folders.map((folder) => stopProcess(portMapperFiles(instance, folder), 5_000)))
  return stopped
}

interface AmqpUrl {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly vhost: string
}

/** An AMQP URL without a path means the vhost `/`. By convention, so does the path `/`. */
export function parseAmqpUrl({ RABBITMQ_URL }: Pick<Config, 'RABBITMQ_URL'>): AmqpUrl {
  const url = new URL(RABBITMQ_URL[0])
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || (url.protocol === 'amqps:' ? 5671 : 5672)),
    user: decodeURIComponent(url.username || 'guest'),
    password: decodeURIComponent(url.password || 'guest'),
    vhost: decodeURIComponent(url.pathname.slice(1)) || '/',
  }
}

async function probe({ RABBITMQ_URL }: Config): Promise<ProbeResult> {
  try {
    const connection = await connectToAny({ urls: RABBITMQ_URL, timeoutMs: 3_000 })
    const { version, cluster_name } = connection.connection.serverProperties
    await closeConnection(connection)
    return { kind: 'ready', version: String(version), tag: findTag(String(cluster_name)) }
  } catch (error) {
    // 403 ACCESS_REFUSED: user or password; 530 NOT_ALLOWED: the vhost. The AMQP library reports them only as text.
    const text = error instanceof Error ? error.message : ''
    const isRefused = /ACCESS.REFUSED|NOT.ALLOWED|\b403\b|\b530\b/.test(text)
    return isRefused ? { kind: 'refused', reason: 'refuses the user or vhost of RABBITMQ_URL' } : { kind: 'silent' }
  }
}

function findServerProgram(): string | undefined {
  return isExecutable(DEBIAN_PROGRAM) ? DEBIAN_PROGRAM : findProgram('rabbitmq-server')
}

export function portMapperFiles(instance: Instance, serverFolder: string) {
  const folder = instance.serverFolder(serverFolder)
  return { pidFile: join(folder, 'epmd.pid'), logFile: join(folder, 'epmd.log') }
}

async function startNative({ config, instance, note }: NativeStart): Promise<void> {
  const mapperPort = await anyFreePort()
  await startPortMapper(instance, 'rabbitmq', mapperPort)
  const { port } = parseAmqpUrl(config)
  const managementPort = config.RABBITMQ_MANAGEMENT_PORT
  const ports = { port, managementPort, mapperPort, distributionPort: await anyFreePort() }
  await startNode({ config, instance, note, folder: 'rabbitmq', nodeName: instance.tag, ports, settings: [] })
}

export interface NodePorts {
  readonly port: number
  readonly managementPort: number
  readonly mapperPort: number
  readonly distributionPort: number
}

export interface NodeStart extends NativeStart {
  /** The name of its folder in the instance. */
  readonly folder: string
  readonly nodeName: string
  readonly ports: NodePorts
  /** More lines of rabbitmq.conf. */
  readonly settings: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** All nodes of this machine would share Erlang's port mapper, which outlives them. Each instance has its own. */
export async function startPortMapper(instance: Instance, folder: string, port: number): Promise<void> {
  const epmd = findProgram('epmd')
  if (epmd === undefined) throw new Error('no epmd on this machine: it is a part of Erlang, which RabbitMQ needs')
  const files = portMapperFiles(instance, folder)
  await stopProcess(files, 5_000)
  await startDetached(files, { command: epmd, args: ['-port', String(port), '-address', '127.0.0.1'] })
}

export async function startNode({ config, instance, note, nodeName, ports, ...start }: NodeStart): Promise<void> {
  const program = findServerProgram()
  if (program === undefined) throw new Error('no rabbitmq-server on this machine')
  const folder = instance.serverFolder(start.folder)
  const file = (name: string) => join(folder, name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(file('rabbitmq.conf'), serverSettings(ports, file('definitions.json'), start.settings))
  writeFileSync(file('definitions.json'), accountDefinitions(config), { mode: 0o600 })
  writeFileSync(file('enabled_plugins'), '[rabbitmq_management].\n')

  note(`starting ${program}`)
  await startDetached(instance.files(start.folder), {
    command: program,
    args: [],
    cwd: folder,
    env: {
      HOME: folder,
      ERL_EPMD_PORT: String(ports.mapperPort),
      ERL_EPMD_ADDRESS: '127.0.0.1',
      RABBITMQ_DIST_PORT: String(ports.distributionPort),
      // By address, because a machine may be unable to resolve its own name.
      RABBITMQ_USE_LONGNAME: 'true',
      RABBITMQ_NODENAME: `${nodeName}@127.0.0.1`,
      RABBITMQ_MNESIA_BASE: folder,
      RABBITMQ_MNESIA_DIR: file('node'),
      RABBITMQ_FEATURE_FLAGS_FILE: file('feature_flags'),
      RABBITMQ_LOG_BASE: folder,
      RABBITMQ_PID_FILE: file('rabbitmq.pid'),
      RABBITMQ_CONFIG_FILE: file('rabbitmq.conf'),
      RABBITMQ_ENABLED_PLUGINS_FILE: file('enabled_plugins'),
      // Ignores the settings of a RabbitMQ that is installed on this machine.
      RABBITMQ_CONF_ENV_FILE: file('rabbitmq-env.conf'),
      // Replaces the wrapping shell by the server, so that the recorded pid is the pid of the server.
      RUNNING_UNDER_SYSTEMD: 'true',
      ...start.env,
    },
  })
}

function serverSettings(ports: NodePorts, definitionsFile: string, more: readonly string[]): string {
  return `${[
    `listeners.tcp.1 = 127.0.0.1:${ports.port}`,
    'management.tcp.ip = 127.0.0.1',
    `management.tcp.port = ${ports.managementPort}`,
    `load_definitions = ${definitionsFile}`,
    'log.file = false',
    'log.console = true',
    'log.console.level = info',
    ...more,
  ].join('\n')}\n`
}

/** Imported at every start: creates the user and the vhost of RABBITMQ_URL, and sets the password after a change. */
function accountDefinitions(config: Config): string {
  const { user, password, vhost } = parseAmqpUrl(config)
  return JSON.stringify({
    users: [
      {
        name: user,
        password_hash: hashPassword(password, randomBytes(4)),
        hashing_algorithm: 'rabbit_password_hashing_sha256',
        tags: ['administrator'],
      },
    ],
    vhosts: [{ name: vhost }],
    permissions: [{ user, vhost, configure: '.*', write: '.*', read: '.*' }],
  })
}

/** RabbitMQ's own format: the salt, then the SHA-256 of salt and password. */
export function hashPassword(password: string, salt: Buffer): string {
  const digest = createHash('sha256').update(salt).update(password).digest()
  return Buffer.concat([salt, digest]).toString('base64')
}
