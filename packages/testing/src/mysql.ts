import { databaseOptions } from '@ecommerce/adapters/mysql'
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
    ...databaseOptions(config),
    // A test with hundreds of rivals on a small machine may wait longer than a caller would.
    retryWithinMs: 10_000,
  }
}
