import { Database } from '@ecommerce/adapters/mysql'
import type { Config } from '@ecommerce/runtime/config'

/** The database that a configuration names; the caller closes it. */
export function openDatabase(config: Config): Database {
  return new Database({
    host: config.MYSQL_HOST,
    port: config.MYSQL_PORT,
    user: config.MYSQL_USER,
    password: config.MYSQL_PASSWORD,
    database: config.MYSQL_DATABASE,
    poolSize: config.MYSQL_POOL_SIZE,
    queryTimeoutMs: config.MYSQL_QUERY_TIMEOUT_MS,
    retryWithinMs: config.MYSQL_RETRY_WITHIN_MS,
  })
}
