import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fillOnce, type Instance } from '../instance'
import {
  accountStatements,
  asCurrentUser,
  createMariadbData,
  ownTemporaryFolder,
  serverArguments,
} from '../mysql-server'
import { startDetached } from '../native-process'
import { childEnvironment, findProgram, mustRun, run } from '../run'
import { innerPorts } from './cluster-layout'
import { type ClusterStart, nodeFolder } from './cluster-server'

const PROVIDERS = ['/usr/lib/galera', '/usr/lib64/galera-4', '/usr/lib64/galera', '/usr/lib']
const SCRIPTS = join(import.meta.dirname, 'galera')

export function findGalera(): string | undefined {
  return PROVIDERS.map((folder) => join(folder, 'libgalera_smm.so')).find(existsSync)
}

/** @throws when this machine has only Oracle's MySQL */
export async function findMariadb(): Promise<string> {
  const program = findProgram('mariadbd', 'mysqld')
  const isMariadb = program !== undefined && (await run(program, ['--version'])).stdout.includes('MariaDB')
  if (program !== undefined && isMariadb) return program
  throw new Error(
    `${program ?? 'mysqld'} is no MariaDB, and a cluster on this machine needs MariaDB with Galera. ` +
      'Install mariadb-server and galera-4, or use infra/compose/mysql-cluster.yml',
  )
}

export interface StoppedNode {
  readonly index: number
  /** Its last commit, as `uuid:number`; undefined when it is unknown. */
  readonly position: string | undefined
}

export async function findPositions(start: ClusterStart, program: string): Promise<StoppedNode[]> {
  return Promise.all(
    start.stopped.map(async (index) => ({ index, position: await findPosition(start, program, index) })),
  )
}

/**
 * When all nodes are down, the one that holds the most recent commit must start first: the others receive what they do
 * not have.
 */
export function mostRecentFirst(nodes: readonly StoppedNode[]): StoppedNode[] {
  const commits = ({ position = ':-1' }: StoppedNode) => Number(position.slice(position.lastIndexOf(':') + 1))
  return [...nodes].sort((a, b) => commits(b) - commits(a) || a.index - b.index)
}

/** Creates the data of a new cluster in this node, and marks the node as the one that starts first. */
export async function prepareFirstData(start: ClusterStart, program: string, index: number): Promise<void> {
  const data = dataFolder(start.instance, index)
  const temporary = ownTemporaryFolder(serverFolder(start.instance, index))
  await fillOnce(data, async (staging) => {
    start.note('creating the data directory')
    await createMariadbData(staging, temporary)
    const accounts = `${staging}.sql`
    // Without this statement, the server does not know its accounts in this mode.
    writeFileSync(accounts, `FLUSH PRIVILEGES;\n${accountStatements(start.config)}`, { mode: 0o600 })
    try {
      const options = ['--no-defaults', ...asCurrentUser(), `--datadir=${staging}`, temporary]
      await mustRun('sh', ['-c', '"$@" --bootstrap < "$0"', accounts, program, ...options])
    } finally {
      rmSync(accounts)
    }
  })
  const state = join(data, 'grastate.dat')
  if (!existsSync(state)) return
  const text = readFileSync(state, 'utf8')
  writeFileSync(state, text.replace(/safe_to_bootstrap: 0/, 'safe_to_bootstrap: 1'))
}

export async function startGaleraNode(
  start: ClusterStart,
  program: string,
  { index, position }: StoppedNode,
  { createsCluster }: { readonly createsCluster: boolean },
): Promise<void> {
  const { instance } = start
  mkdirSync(dataFolder(instance, index), { recursive: true })
  await startDetached(instance.files(nodeFolder('mysql', index)), {
    command: program,
    args: [
      ...nodeArguments(start, index),
      ...(createsCluster ? ['--wsrep-new-cluster'] : []),
      ...(position === undefined ? [] : [`--wsrep-start-position=${position}`]),
    ],
    env: scriptPath(),
  })
}

/** Reads the position from the data of a stopped node. With it, a node receives only what it missed, even after a crash. */
async function findPosition(start: ClusterStart, program: string, index: number): Promise<string | undefined> {
  const data = dataFolder(start.instance, index)
  if (!existsSync(join(data, 'ibdata1'))) return undefined
  const log = join(start.instance.serverFolder(nodeFolder('mysql', index)), 'recovery.log')
  rmSync(log, { force: true })
  await run(program, [...nodeArguments(start, index), '--wsrep-recover', `--log-error=${log}`], { env: scriptPath() })
  const found = existsSync(log) ? /Recovered position:\s*(\S+)/i.exec(readFileSync(log, 'utf8'))?.[1] : undefined
  return found === undefined || found.endsWith(':-1') ? undefined : found
}

function nodeArguments({ instance, layout }: ClusterStart, index: number): readonly string[] {
  const [group, increments, copy] = innerPorts(layout, index)
  const groups = layout.inner.map(([port]) => `127.0.0.1:${port}`)
  const provider = {
    base_host: '127.0.0.1',
    base_port: group,
    'gmcast.listen_addr': `tcp://127.0.0.1:${group}`,
    'ist.recv_addr': `127.0.0.1:${increments}`,
    // What a node missed is sent from here. A node that missed more receives a copy of all data.
    'gcache.size': '64M',
    // This program knows which node must start first. See `mostRecentFirst`.
    'pc.recovery': 'false',
  }
  return [
    '--no-defaults',
    ...asCurrentUser(),
    ownTemporaryFolder(serverFolder(instance, index)),
    ...serverArguments({ data: dataFolder(instance, index), port: layout.client[index] ?? 0, tag: instance.tag }),
    // Galera supports only these.
    '--binlog-format=ROW',
    '--innodb-autoinc-lock-mode=2',
    '--wsrep-on=ON',
    // A read sees every write that was committed before it on another node.
    '--wsrep-sync-wait=1',
    `--wsrep-provider=${findGalera()}`,
    `--wsrep-cluster-name=${instance.tag}`,
    `--wsrep-cluster-address=gcomm://${groups.join()}`,
    `--wsrep-node-name=${nodeFolder('mysql', index)}`,
    '--wsrep-node-address=127.0.0.1',
    `--wsrep-sst-method=${asCurrentUser().length > 0 ? 'rsync_as_root' : 'rsync'}`,
    `--wsrep-sst-receive-address=127.0.0.1:${copy}`,
    `--wsrep-provider-options=${Object.entries(provider)
      .map(([key, value]) => `${key}=${value}`)
      .join(';')}`,
  ]
}

function scriptPath(): Readonly<Record<string, string>> {
  return { PATH: [SCRIPTS, childEnvironment().PATH ?? ''].join(delimiter) }
}

function dataFolder(instance: Instance, index: number): string {
  return join(serverFolder(instance, index), 'data')
}

function serverFolder(instance: Instance, index: number): string {
  return instance.serverFolder(nodeFolder('mysql', index))
}
