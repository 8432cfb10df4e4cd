import { SERVER_NAMES, type Server, type ServerName } from '../server'
import { serverWithNodes } from '../servers'
import type { Addresses } from '../servers-env'

/** How many nodes these servers shall have. */
export interface NodesRequest {
  readonly nodes: number
  readonly servers: readonly ServerName[]
}

/** A setting of the user contradicts the requested number of nodes. */
export class ClusterSettingError extends Error {
  override readonly name = 'ClusterSettingError'
  readonly code = 'cluster-setting'
}

/** The variable that lists the nodes of a server. */
const LISTS: Readonly<Record<ServerName, string>> = {
  mysql: 'MYSQL_HOST',
  kafka: 'KAFKA_BROKERS',
  rabbitmq: 'RABBITMQ_URL',
}

/** The variables that are recorded for a server. They are valid for one number of nodes. */
export const RECORDED: Readonly<Record<ServerName, readonly string[]>> = {
  mysql: ['MYSQL_HOST', 'MYSQL_PORT'],
  kafka: ['KAFKA_BROKERS', 'KAFKA_REPLICATION'],
  rabbitmq: ['RABBITMQ_URL', 'RABBITMQ_MANAGEMENT_PORT'],
}

/**
 * The servers, with as many nodes as requested, else as recorded, and the recorded addresses that are valid for them:
 * a cluster and a single server do not share addresses.
 * @throws {ClusterSettingError}
 */
export function chooseNodes(
  recorded: Addresses,
  setByUser: Readonly<Record<string, string>>,
  request?: NodesRequest,
): { readonly servers: readonly Server[]; readonly addresses: Addresses } {
  const invalid = new Set<string>()
  const servers = SERVER_NAMES.map((name) => {
    const former = recordedNodes(recorded, name)
    const nodes = request?.servers.includes(name) ? request.nodes : former
    if (nodes !== former) for (const key of RECORDED[name]) invalid.add(key)
    if (nodes > 1) refuseOtherAddresses(name, nodes, setByUser[LISTS[name]])
    return serverWithNodes(name, nodes)
  })
  const addresses = Object.fromEntries(Object.entries(recorded).filter(([key]) => !invalid.has(key)))
  return { servers, addresses }
}

function recordedNodes(recorded: Addresses, name: ServerName): number {
  return countAddresses(recorded[LISTS[name]] ?? '')
}

/** The separator is a comma in front of the next address: the password in a URL may contain a comma. */
function countAddresses(list: string): number {
  return list.includes('://') ? list.split(/,\s*(?=\w+:\/\/)/).length : list.split(',').length
}

function refuseOtherAddresses(name: ServerName, nodes: number, list: string | undefined): void {
  if (list === undefined || countAddresses(list) === nodes) return
  throw new ClusterSettingError(
    `${LISTS[name]} is set to another number of addresses than ${nodes}. ` +
      `Remove it from the environment and from .env: the nodes get addresses of their own`,
  )
}
