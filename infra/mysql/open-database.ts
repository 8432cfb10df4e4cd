import { Database, databaseOptions } from '@ecommerce/adapters/mysql'
import type { Config } from '@ecommerce/runtime/config'

/** Opens the configured database. The caller closes it. */
export function openDatabase(config: Config): Database {
  return new Database(databaseOptions(config))
}
