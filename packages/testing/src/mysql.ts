import { readConfig } from '@ecommerce/runtime/config'

/**
 * How integration tests reach the MySQL that the test run brought up, in the form the adapters take.
 * @throws {Error} when the configured database is not one of tests
 */
export function mysqlOptions() {
  const config = readConfig()
  if (!config.MYSQL_DATABASE.includes('test')) {
    throw new Error(`${config.MYSQL_DATABASE} is no database of tests: run them with npm test`)
  }
  return {
    host: config.MYSQL_HOST,
    port: config.MYSQL_PORT,
    user: config.MYSQL_USER,
    password: config.MYSQL_PASSWORD,
    database: config.MYSQL_DATABASE,
    poolSize: config.MYSQL_POOL_SIZE,
    queryTimeoutMs: config.MYSQL_QUERY_TIMEOUT_MS,
    // A test with hundreds of rivals on a small machine may wait longer than a caller would.
    retryWithinMs: 10_000,
  }
}
