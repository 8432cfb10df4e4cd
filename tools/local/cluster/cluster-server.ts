import type { Config } from '@ecommerce/runtime/config'
import { anyFreePort } from '../free-port'
import type { Instance } from '../instance'
import { lastLine } from '../log-tail'
import { livingPid } from '../native-process'
import type { NativeStart, ProbeResult, Server, ServerPart, ServerPort } from '../server'
import { waitUntil } from '../start-native'
import { stopFolders, stopOthers } from '../stop-server'
import { type ClusterLayout, readLayout, writeLayout } from './cluster-layout'

const STOP_TIMEOUT_MS = 20_000

export interface ClusterStart extends NativeStart {
  readonly cluster: Server
  readonly layout: ClusterLayout
  /** The indexes of the nodes to start. */
  readonly stopped: readonly number[]
  /** Whether no node of the cluster is running. */
  readonly isColdStart: boolean
}

/** What differs between the clusters of MySQL, Kafka and RabbitMQ. */
export interface ClusterKind {
  /** The same server without a cluster. */
  readonly single: Server
  /** The number of ports that each node needs besides those of its clients. */
  readonly innerPortsPerNode: number
  missingPackages(): readonly string[]
  /** The ports of clients: one for each node, then those of the whole cluster. */
  clientPorts(config: Config, nodes: number): readonly ServerPort[]
  withClientPorts(config: Config, ports: readonly number[], nodes: number): Config
  /** The settings of a client that uses only this node. */
  nodeConfig(config: Config, index: number): Config
  /** Whether this node is a member of a cluster of so many nodes. */
  isMember(config: Config, nodes: number): Promise<boolean>
  environment(config: Config): Readonly<Record<string, string>>
  /** Starts the stopped nodes. @throws when this machine cannot run the cluster */
  start(start: ClusterStart): Promise<void>
}

/** A cluster as one server: it is ready when all of its nodes are. */
export function clusterServer(kind: ClusterKind, nodes: number): Server {
  const { single } = kind
  const { name, title } = single
  const folders = Array.from({ length: nodes }, (_, index) => nodeFolder(name, index))

  const parts = (config: Config): ServerPart[] => {
    const ports = kind.clientPorts(config, nodes).map(({ port }) => port)
    const complete = kind.withClientPorts(config, ports, nodes)
    return folders.map((folder, index) => {
      const own = kind.nodeConfig(complete, index)
      return {
        title: `${title} ${index + 1}/${nodes}`,
        folder,
        address: single.address(own),
        probe: () => probeNode(kind, own, nodes),
      }
    })
  }

  const cluster: Server = {
    name,
    title,
    nodes,
    // A cold start starts nodes one after another, and a node may have to receive all data from another one.
    startTimeoutMs: 3 * single.startTimeoutMs,
    installHint: single.installHint,
    host: (config) => single.host(kind.nodeConfig(config, 0)),
    address: (config) =>
      parts(config)
        .map(({ address }) => address)
        .join(','),
    ports: (config) => kind.clientPorts(config, nodes),
    withPorts: (config, ports) => kind.withClientPorts(config, ports, nodes),
    environment: kind.environment,
    composeEnvironment: () => ({}),
    probe: async (config) => combine(await Promise.all(parts(config).map((part) => part.probe()))),
    parts,
    missingPackages: kind.missingPackages,

    async startNative(start) {
      const { instance } = start
      const stopped = await indexesOfStopped(instance, folders)
      const isColdStart = stopped.length === nodes
      const layout = isColdStart ? await newLayout(kind, start.config, nodes) : readLayout(instance, name)
      if (isColdStart) writeLayout(instance, name, layout)
      await kind.start({ ...start, cluster, layout, stopped, isColdStart })
    },

    stopOtherForm: (instance) => stopOthers(instance, name, folders, STOP_TIMEOUT_MS),

    async stopStale(instance, config) {
      const living = await withLivingProcess(instance, parts(config))
      if (living.length === 0) return false
      const results = await Promise.all(living.map(async (part) => ({ part, result: await part.probe() })))
      const isAtPorts = samePorts(readLayout(instance, name), kind.clientPorts(config, nodes))
      // While a node is missing, the others respond, but are not ready: their cluster is incomplete.
      const keep = isAtPorts ? results.filter(({ result }) => result.kind !== 'silent') : []
      const stale = results.filter((entry) => !keep.includes(entry)).map(({ part }) => part.folder)
      await stopFolders(instance, stale, STOP_TIMEOUT_MS)
      return keep.length > 0
    },

    stopNative: single.stopNative,
  }
  return cluster
}

/** Waits until a node that was just started responds. @throws when its process ends, or does not respond in time */
export async function untilNodeResponds({ cluster, config, instance }: ClusterStart, index: number): Promise<void> {
  const part = cluster.parts(config)[index]
  if (part === undefined) throw new Error(`the cluster has no node ${index + 1}`)
  const files = instance.files(part.folder)
  const respondsOrEnded = async () => {
    if ((await livingPid(files)) === undefined) throw new Error(`${part.title} ended: ${lastLine(files.logFile)}`)
    // The whole cluster is not there yet, so it is enough that this node responds.
    return (await part.probe()).kind !== 'silent'
  }
  if (await waitUntil(respondsOrEnded, cluster.startTimeoutMs)) return
  throw new Error(`${part.title} does not respond: ${lastLine(files.logFile)}`)
}

export function nodeFolder(name: string, index: number): string {
  return `${name}-${index + 1}`
}

async function probeNode(kind: ClusterKind, own: Config, nodes: number): Promise<ProbeResult> {
  const result = await kind.single.probe(own)
  if (result.kind !== 'ready') return result
  try {
    if (await kind.isMember(own, nodes)) return result
  } catch {
    // It stopped responding in between.
    return { kind: 'silent' }
  }
  return { kind: 'refused', reason: `is not in a complete cluster of ${nodes}` }
}

/** The first problem, or the result of the first node. */
function combine(results: readonly ProbeResult[]): ProbeResult {
  const isSilent = results.length === 0 || results.some(({ kind }) => kind === 'silent')
  if (isSilent) return { kind: 'silent' }
  return results.find(({ kind }) => kind === 'refused') ?? results[0] ?? { kind: 'silent' }
}

async function indexesOfStopped(instance: Instance, folders: readonly string[]): Promise<number[]> {
  const pids = await Promise.all(folders.map((folder) => livingPid(instance.files(folder))))
  return pids.flatMap((pid, index) => (pid === undefined ? [index] : []))
}

async function withLivingProcess(instance: Instance, parts: readonly ServerPart[]): Promise<ServerPart[]> {
  const pids = await Promise.all(parts.map(({ folder }) => livingPid(instance.files(folder))))
  return parts.filter((_, index) => pids[index] !== undefined)
}

async function newLayout(kind: ClusterKind, config: Config, nodes: number): Promise<ClusterLayout> {
  const inner: number[][] = []
  for (let node = 0; node < nodes; node += 1) {
    const ports = Array.from({ length: kind.innerPortsPerNode }, () => anyFreePort())
    inner.push(await Promise.all(ports))
  }
  const client = kind.clientPorts(config, nodes).map(({ port }) => port)
  return { client, inner, shared: await anyFreePort() }
}

function samePorts({ client }: ClusterLayout, ports: readonly ServerPort[]): boolean {
  return ports.length === client.length && ports.every(({ port }, index) => port === client[index])
}
