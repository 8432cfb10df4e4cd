import { databaseOptions } from '@ecommerce/adapters/mysql'
import { readConfig } from '@ecommerce/runtime/config'

/**
 * The MySQL of the test run, in the form that the adapters take.
 * @throws {Error} when the configured database is not a test database
 */
export function mysqlOptions() {
  const config = readConfig()
  if (!config.MYSQL_DATABASE.includes('test')) {
    throw new Error(`${config.MYSQL_DATABASE} is not a test database: run the tests with npm test`)
  }
  return {
    ...databaseOptions(config),
    // A test with hundreds of concurrent calls on a small machine may need longer than a request.
    retryWithinMs: 10_000,
  }
}
