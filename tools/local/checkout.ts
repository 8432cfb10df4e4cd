import { join } from 'node:path'
import { type Config, parseConfig, readUserSettings, SERVERS_ENV_FILE } from '@ecommerce/runtime/config'
import { Instance } from './instance'
import { readAddresses } from './servers-env'

/** The settings of a checkout and its servers. */
export interface Checkout {
  readonly config: Config
  readonly setByUser: ReadonlySet<string>
  readonly instance: Instance
}

/**
 * Reads the settings with the precedence of `readConfig`, and keeps the variables that the user set apart from the
 * recorded addresses.
 * @throws {ConfigError}
 */
export function readCheckout(directory = process.cwd()): Checkout {
  const chosen = readUserSettings(directory)
  const config = parseConfig({ ...readAddresses(join(directory, SERVERS_ENV_FILE)), ...chosen })
  return { config, setByUser: new Set(Object.keys(chosen)), instance: new Instance(join(directory, '.local')) }
}
