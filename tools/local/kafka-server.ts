import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createAdmin } from '@ecommerce/adapters/kafka'
import type { Config } from '@ecommerce/runtime/config'
import { anyFreePort } from './free-port'
import { fillOnce } from './instance'
import { toClusterId, toTag } from './kafka-cluster-id'
import { startDetached } from './native-process'
import { findProgram, mustRun } from './run'
import { type NativeStart, type ProbeResult, type Server, singlePart } from './server'
import { stopOthers, stopServer } from './stop-server'

/** The reason is in docs/adr/0002-kafka-version.md. kafka/pom.xml and docker-compose.yml name the same version. */
export const KAFKA_VERSION = '4.3.1'

const PROBE_TIMEOUT_MS = 3_000
const RECIPE = join(import.meta.dirname, 'kafka')

/** All checkouts of a user share the jars, 45 MB that never change. */
const JARS = join(homedir(), '.cache', 'ecommerce-local', `kafka-${KAFKA_VERSION}`)

const STOP_TIMEOUT_MS = 60_000

export const kafkaServer: Server = {
  name: 'kafka',
  title: 'Kafka',
  nodes: 1,
  startTimeoutMs: 90_000,
  installHint: 'brew install openjdk maven',

  host: (config) => hostAndPort(config).host,
  address: (config) => config.KAFKA_BROKERS.join(','),
  ports: (config) => [{ key: 'KAFKA_BROKERS', port: hostAndPort(config).port }],
  withPorts: (config, [port]) =>
    port === undefined || port === hostAndPort(config).port
      ? config
      : { ...config, KAFKA_BROKERS: [`${hostAndPort(config).host}:${port}`] },
  environment: (config) => ({ KAFKA_BROKERS: config.KAFKA_BROKERS.join(',') }),
  composeEnvironment: (config, instance) => ({
    KAFKA_PORT: String(hostAndPort(config).port),
    KAFKA_CLUSTER_ID: toClusterId(instance.tag),
  }),

  probe,
  parts: (config) => [singlePart(kafkaServer, config)],
  missingPackages: () => [
    ...(findProgram('java') === undefined ? ['default-jre-headless'] : []),
    ...(findProgram('mvn') === undefined && !existsSync(JARS) ? ['maven'] : []),
  ],
  startNative,
  stopOtherForm: (instance) => stopOthers(instance, 'kafka', ['kafka'], STOP_TIMEOUT_MS),
  stopStale: async (instance) => {
    await stopServer(instance, 'kafka', STOP_TIMEOUT_MS)
    return false
  },
  stopNative: (instance) => stopServer(instance, 'kafka', STOP_TIMEOUT_MS),
}

function hostAndPort({ KAFKA_BROKERS }: Config): { host: string; port: number } {
  const [host = '127.0.0.1', port = '9092'] = (KAFKA_BROKERS[0] ?? '').split(':')
  return { host, port: Number(port) }
}

async function probe({ KAFKA_BROKERS }: Config): Promise<ProbeResult> {
  const admin = createAdmin({ brokers: KAFKA_BROKERS, clientId: 'ecommerce-local', timeoutMs: PROBE_TIMEOUT_MS })
  try {
    await admin.connect()
    const { clusterId, controller } = await admin.describeCluster()
    // A broker without a controller responds, but cannot create a topic.
    if (controller === null) return { kind: 'silent' }
    const tag = toTag(clusterId)
    return { kind: 'ready', version: tag === undefined ? 'unknown version' : KAFKA_VERSION, tag }
  } catch {
    return { kind: 'silent' }
  } finally {
    await admin.disconnect()
  }
}

async function startNative(start: NativeStart): Promise<void> {
  const { port } = hostAndPort(start.config)
  const controllerPort = await anyFreePort()
  const nodes = [{ port, controllerPort }]
  await startBroker({ ...start, folder: 'kafka', nodes, index: 0, heapMb: 512 })
}

export interface BrokerStart extends NativeStart {
  /** The name of its folder in the instance. */
  readonly folder: string
  /** All brokers of the cluster. Each one is a controller, too. */
  readonly nodes: readonly BrokerPorts[]
  /** Which of the nodes this broker is. */
  readonly index: number
  readonly heapMb: number
}

export interface BrokerPorts {
  readonly port: number
  readonly controllerPort: number
}

/** Formats the data directory of a new broker, and starts the broker. */
export async function startBroker(start: BrokerStart): Promise<void> {
  const { config, instance, note, heapMb } = start
  await fillOnce(JARS, (staging) => fetchJars(staging, note))
  const java = findProgram('java')
  if (java === undefined) throw new Error('no java on this machine')
  const folder = instance.serverFolder(start.folder)
  const data = join(folder, 'data')
  mkdirSync(folder, { recursive: true })
  await fillOnce(data, async (staging) => {
    note('formatting the data directory')
    const properties = writeProperties(`${staging}.properties`, start, staging)
    try {
      const format = ['kafka.tools.StorageTool', 'format', '--cluster-id', toClusterId(instance.tag)]
      await mustRun(java, [...javaOptions(128), COMPILE_QUICKLY, ...format, '--config', properties])
    } finally {
      rmSync(properties)
    }
  })
  const properties = writeProperties(join(folder, 'server.properties'), start, data)

  note(`starting Kafka ${KAFKA_VERSION}`)
  await startDetached(instance.files(start.folder), {
    command: java,
    args: [...javaOptions(heapMb), ...compilerOptions(config), 'kafka.Kafka', properties],
  })
}

async function fetchJars(folder: string, note: (text: string) => void): Promise<void> {
  const maven = findProgram('mvn')
  if (maven === undefined) throw new Error('no mvn on this machine')
  note(`fetching Kafka ${KAFKA_VERSION} with Maven`)
  const options = ['--batch-mode', '--no-transfer-progress', '--file', join(RECIPE, 'pom.xml')]
  const settings = [`-Dkafka.version=${KAFKA_VERSION}`, `-DoutputDirectory=${folder}`, '-DincludeScope=runtime']
  await mustRun(maven, [...options, 'dependency:copy-dependencies', ...settings])
  note(`fetched ${readdirSync(folder).length} jars`)
}

/** Leaves out the optimising compiler of the JVM. A process that lives only for minutes uses half the CPU time without it. */
const COMPILE_QUICKLY = '-XX:TieredStopAtLevel=1'

function compilerOptions({ NODE_ENV }: Config): readonly string[] {
  return NODE_ENV === 'test' ? [COMPILE_QUICKLY] : []
}

function javaOptions(heapMb: number): readonly string[] {
  const log = `-Dlog4j2.configurationFile=${join(RECIPE, 'log4j2.xml')}`
  return [`-Xmx${heapMb}m`, '-XX:+UseSerialGC', '-Djava.awt.headless=true', log, '-cp', join(JARS, '*')]
}

/**
 * A node that is broker and controller, on the loopback address. Three nodes keep three copies of each topic, of which
 * two must have a message before it is confirmed.
 */
function writeProperties(
  file: string,
  { nodes, index, behindProxy }: Pick<BrokerStart, 'nodes' | 'index' | 'behindProxy'>,
  data: string,
): string {
  const node = nodes[index]
  if (node === undefined) throw new Error(`the cluster has no node ${index + 1}`)
  const copies = Math.min(nodes.length, 3)
  const copiesInSync = copies > 1 ? copies - 1 : 1
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': index + 1,
    'controller.quorum.voters': nodes.map(({ controllerPort }, at) => `${at + 1}@127.0.0.1:${controllerPort}`).join(),
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${node.port},CONTROLLER://127.0.0.1:${node.controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${node.port}`,
    ...(behindProxy && {
      'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXIED:PLAINTEXT',
      listeners: `PLAINTEXT://127.0.0.1:${node.port},CONTROLLER://127.0.0.1:${node.controllerPort},PROXIED://127.0.0.1:${behindProxy.listen}`,
      'advertised.listeners': `PLAINTEXT://127.0.0.1:${node.port},PROXIED://127.0.0.1:${behindProxy.advertise}`,
    }),
    'default.replication.factor': copies,
    'min.insync.replicas': copiesInSync,
    'log.dirs': data,
    'auto.create.topics.enable': false,
    'offsets.topic.num.partitions': 4,
    'offsets.topic.replication.factor': copies,
    'transaction.state.log.num.partitions': 4,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': copiesInSync,
    'share.coordinator.state.topic.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': copies,
    'share.coordinator.state.topic.min.isr': copiesInSync,
    'group.initial.rebalance.delay.ms': 0,
    // After a crash the broker can register again only when its former session has ended, by default after 9 s.
    'broker.session.timeout.ms': 3_000,
    'broker.heartbeat.interval.ms': 1_000,
    // The default of 128 MB is a quarter of the heap.
    'log.cleaner.dedupe.buffer.size': 16 * 1_024 * 1_024,
  }
  writeFileSync(
    file,
    Object.entries(properties)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  )
  return file
}
