import { type Database, databaseOptions } from '@ecommerce/adapters/mysql'
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

const LONGEST_HOLD_SECONDS = 60

/** Runs the work while a lock keeps the stock of a product unchanged, for a minute at most. */
export function holdingProduct<Result>(
  database: Database,
  productId: number,
  work: () => Promise<Result>,
): Promise<Result> {
  return database.transaction(
    async (session) => {
      // Otherwise the server would soon take the client for lost.
      await session.write('SET SESSION wait_timeout = ?', [LONGEST_HOLD_SECONDS])
      await session.rows('SELECT id FROM products WHERE id = ? FOR UPDATE', [productId])
      return work()
    },
    { deadline: Date.now() + LONGEST_HOLD_SECONDS * 1_000 },
  )
}
