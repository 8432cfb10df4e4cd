import { randomBytes } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, parseConfig } from '@ecommerce/runtime/config'
import { z } from 'zod'
import type { Instance } from '../instance'
import { livingPid } from '../native-process'
import { parseAmqpUrl, portMapperFiles, rabbitmqServer, startNode, startPortMapper } from '../rabbitmq-server'
import { innerPorts } from './cluster-layout'
import { type ClusterKind, type ClusterStart, nodeFolder, untilNodeResponds } from './cluster-server'
import { consecutivePorts } from './consecutive-ports'

const MEMORY_LIMIT = '768MiB'

/** After so many seconds without a sign of life, a node counts as down. RabbitMQ's default is 60. */
const NODE_TIMEOUT_SECONDS = 8

/** Nodes that hold quorum queues together. A node that cannot reach the majority pauses. */
export const rabbitmqCluster: ClusterKind = {
  single: rabbitmqServer,
  innerPortsPerNode: 2,
  missingPackages: rabbitmqServer.missingPackages,

  clientPorts: (config, nodes) => [
    ...consecutivePorts('RABBITMQ_URL', urls(config).map(portOf), nodes),
    { key: 'RABBITMQ_MANAGEMENT_PORT', port: config.RABBITMQ_MANAGEMENT_PORT },
  ],
  withClientPorts: (config, ports, nodes) => {
    const [first = ''] = urls(config)
    const own = ports.slice(0, nodes).map((port) => withPort(first, port))
    const managementPort = ports[nodes] ?? config.RABBITMQ_MANAGEMENT_PORT
    return { ...config, ...urlSetting(own), RABBITMQ_MANAGEMENT_PORT: managementPort }
  },
  nodeConfig: (config, index) => ({ ...config, ...urlSetting(urls(config).slice(index, index + 1)) }),
  environment: (config) => ({
    RABBITMQ_URL: urls(config).join(','),
    RABBITMQ_MANAGEMENT_PORT: String(config.RABBITMQ_MANAGEMENT_PORT),
  }),

  async isMember(config, nodes) {
    const members = await fetchMembers(config)
    return members.length === nodes && members.every(({ running, partitions }) => running && partitions.length === 0)
  },

  async start(start) {
    const { layout, instance } = start
    const mapper = portMapperFiles(instance, nodeFolder('rabbitmq', 0))
    if ((await livingPid(mapper)) === undefined) {
      await startPortMapper(instance, nodeFolder('rabbitmq', 0), layout.shared)
    }
    // Two new nodes that start at the same time could form two clusters.
    const [first, ...others] = start.stopped
    if (first !== undefined) await startMember(start, first)
    if (first !== undefined && start.isColdStart && !hasData(instance, 1)) await untilNodeResponds(start, first)
    await Promise.all(others.map((index) => startMember(start, index)))
  },
}

async function startMember({ config, instance, note, layout, cluster }: ClusterStart, index: number): Promise<void> {
  const folder = nodeFolder('rabbitmq', index)
  const directory = instance.serverFolder(folder)
  mkdirSync(directory, { recursive: true })
  shareSecret(instance, directory)
  writeFileSync(join(directory, 'advanced.config'), `[{kernel, [{net_ticktime, ${NODE_TIMEOUT_SECONDS}}]}].\n`)
  const [distributionPort = 0, innerManagementPort = 0] = innerPorts(layout, index)
  await startNode({
    config,
    instance,
    note,
    folder,
    nodeName: nodeName(instance, index),
    ports: {
      port: layout.client[index] ?? 0,
      managementPort: index === 0 ? config.RABBITMQ_MANAGEMENT_PORT : innerManagementPort,
      mapperPort: layout.shared,
      distributionPort,
    },
    settings: [
      'cluster_formation.peer_discovery_backend = classic_config',
      ...Array.from(
        { length: cluster.nodes },
        (_, at) => `cluster_formation.classic_config.nodes.${at + 1} = ${nodeName(instance, at)}@127.0.0.1`,
      ),
      'cluster_partition_handling = pause_minority',
      `vm_memory_high_watermark.absolute = ${MEMORY_LIMIT}`,
    ],
    env: { RABBITMQ_ADVANCED_CONFIG_FILE: join(directory, 'advanced.config') },
  })
}

const membersSchema = z.array(z.object({ running: z.boolean(), partitions: z.array(z.string()).default([]) }))

/** The nodes as the first one sees them. @throws when its management interface does not respond */
async function fetchMembers(config: Config): Promise<z.output<typeof membersSchema>> {
  const { user, password } = parseAmqpUrl(config)
  const response = await fetch(`http://127.0.0.1:${config.RABBITMQ_MANAGEMENT_PORT}/api/nodes`, {
    headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` },
    signal: AbortSignal.timeout(3_000),
  })
  return membersSchema.parse(await response.json())
}

/** Nodes accept each other by a secret, which each reads from its own file. Erlang refuses a file that others can read. */
function shareSecret(instance: Instance, directory: string): void {
  const original = join(instance.folder, 'rabbitmq-cluster.secret')
  if (!existsSync(original)) writeFileSync(original, randomBytes(24).toString('hex'), { mode: 0o400 })
  const copy = join(directory, '.erlang.cookie')
  if (!existsSync(copy)) copyFileSync(original, copy)
}

function nodeName({ tag }: Instance, index: number): string {
  return `${tag}-node${index + 1}`
}

function hasData(instance: Instance, index: number): boolean {
  return existsSync(join(instance.serverFolder(nodeFolder('rabbitmq', index)), 'node'))
}

function urls({ RABBITMQ_URL }: Config): string[] {
  return [RABBITMQ_URL].flat()
}

function urlSetting(list: readonly string[]): Pick<Config, 'RABBITMQ_URL'> {
  const { RABBITMQ_URL } = parseConfig({ RABBITMQ_URL: list.join(',') })
  return { RABBITMQ_URL }
}

function portOf(url: string): number {
  const { port } = parseAmqpUrl(urlSetting([url]))
  return port
}

function withPort(url: string, port: number): string {
  const changed = new URL(url)
  changed.port = String(port)
  return changed.href
}
