import { Database, databaseOptions } from '@ecommerce/adapters/mysql'
import type { Config } from '@ecommerce/runtime/config'

/** The database that a configuration names; the caller closes it. */
export function openDatabase(config: Config): Database {
  return new Database(databaseOptions(config))
}
