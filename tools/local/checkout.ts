import { join } from 'node:path'
import { type Config, parseConfig, readUserSettings, SERVERS_ENV_FILE } from '@ecommerce/runtime/config'
import { chooseNodes, type NodesRequest } from './cluster/choose-nodes'
import { Instance } from './instance'
import type { Server } from './server'
import { readAddresses } from './servers-env'

/** The settings of a checkout and its servers. */
export interface Checkout {
  readonly config: Config
  readonly setByUser: ReadonlySet<string>
  readonly instance: Instance
  /** In display order: each alone, or as a cluster. */
  readonly servers: readonly Server[]
}

/**
 * Reads the settings with the precedence of `readConfig`, and keeps the variables that the user set apart from the
 * recorded addresses. Each server has the number of nodes that was recorded, unless `request` asks for another one.
 * @throws {ConfigError | ClusterSettingError}
 */
export function readCheckout(directory = process.cwd(), request?: NodesRequest): Checkout {
  const chosen = readUserSettings(directory)
  const { servers, addresses } = chooseNodes(readAddresses(join(directory, SERVERS_ENV_FILE)), chosen, request)
  const config = parseConfig({ ...addresses, ...chosen })
  return { config, setByUser: new Set(Object.keys(chosen)), instance: new Instance(join(directory, '.local')), servers }
}
