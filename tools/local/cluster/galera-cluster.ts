import { withConnection } from '@ecommerce/adapters/mysql'
import { type Config, parseConfig } from '@ecommerce/runtime/config'
import type mysql from 'mysql2/promise'
import { mysqlServer } from '../mysql-server'
import { findProgram } from '../run'
import { type ClusterKind, untilNodeResponds } from './cluster-server'
import { consecutivePorts } from './consecutive-ports'
import {
  findGalera,
  findMariadb,
  findPositions,
  mostRecentFirst,
  prepareFirstData,
  type StoppedNode,
  startGaleraNode,
} from './galera-node'

/** MariaDB nodes that all accept writes and certify each commit together. */
export const galeraCluster: ClusterKind = {
  single: mysqlServer,
  innerPortsPerNode: 3,

  missingPackages: () => [
    ...(findProgram('mariadbd', 'mysqld') === undefined ? ['mariadb-server'] : []),
    ...(findGalera() === undefined ? ['galera-4'] : []),
    ...['rsync', 'lsof'].filter((program) => findProgram(program) === undefined),
  ],

  clientPorts(config, nodes) {
    const ports = addresses(config).map(portOf)
    return consecutivePorts(ports.length > 1 ? 'MYSQL_HOST' : 'MYSQL_PORT', ports, nodes)
  },
  withClientPorts: (config, ports) => ({
    ...config,
    ...addressSettings(ports.map((port) => `127.0.0.1:${port}`)),
    MYSQL_PORT: ports[0] ?? config.MYSQL_PORT,
  }),
  nodeConfig(config, index) {
    const address = addresses(config)[index] ?? ''
    return { ...config, ...addressSettings([hostOf(address)]), MYSQL_PORT: portOf(address) }
  },
  environment: (config) => ({ MYSQL_HOST: addresses(config).join(','), MYSQL_PORT: String(config.MYSQL_PORT) }),

  async isMember(config, nodes) {
    const status = await withConnection(config, readStatus, { selectDatabase: false, connectTimeoutMs: 2_000 })
    return status.wsrep_ready === 'ON' && Number(status.wsrep_cluster_size) === nodes
  },

  async start(start) {
    const program = await findMariadb()
    const { isColdStart, note } = start
    const nodes = await findPositions(start, program)
    const join = (members: readonly StoppedNode[]) =>
      Promise.all(members.map((node) => startGaleraNode(start, program, node, { createsCluster: false })))
    const [first, ...others] = mostRecentFirst(nodes)
    if (!isColdStart || first === undefined) return void (await join(nodes))

    await prepareFirstData(start, program, first.index)
    note(`starting node ${first.index + 1}`)
    await startGaleraNode(start, program, first, { createsCluster: true })
    await untilNodeResponds(start, first.index)
    note('the other nodes receive the data')
    await join(others)
  },
}

async function readStatus(connection: mysql.Connection): Promise<Record<string, string>> {
  const [rows] = await connection.query<mysql.RowDataPacket[]>("SHOW STATUS LIKE 'wsrep_%'")
  return Object.fromEntries(rows.map((row) => [String(row.Variable_name), String(row.Value)]))
}

/** Each as host:port. */
function addresses({ MYSQL_HOST, MYSQL_PORT }: Config): string[] {
  const list = [MYSQL_HOST].flat().join(',').split(',')
  return list.map((address) => (/:\d+$/.test(address) ? address : `${address}:${MYSQL_PORT}`))
}

function addressSettings(list: readonly string[]): Pick<Config, 'MYSQL_HOST'> {
  const { MYSQL_HOST } = parseConfig({ MYSQL_HOST: list.join(',') })
  return { MYSQL_HOST }
}

function hostOf(address: string): string {
  return address.replace(/:\d+$/, '')
}

function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1))
}
