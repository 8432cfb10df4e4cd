import { join } from 'node:path'
import { type Config, parseConfig, readUserSettings, SERVERS_ENV_FILE } from '@ecommerce/runtime/config'
import { Instance } from './instance'
import { readAddresses } from './servers-env'

/** The settings of a checkout and the servers that go with it. */
export interface Checkout {
  readonly config: Config
  readonly setByUser: ReadonlySet<string>
  readonly instance: Instance
}

/**
 * Same precedence as `readConfig`, but nothing is merged into the environment, so that what the user chose stays apart
 * from what was recorded.
 * @throws {ConfigError}
 */
export function readCheckout(directory = process.cwd()): Checkout {
  const chosen = readUserSettings(directory)
  const config = parseConfig({ ...readAddresses(join(directory, SERVERS_ENV_FILE)), ...chosen })
  return { config, setByUser: new Set(Object.keys(chosen)), instance: new Instance(join(directory, '.local')) }
}
