import { AppError } from '@ecommerce/domain'
import { ConfigError, readConfig } from '@ecommerce/runtime/config'
import { MigrationError, migrate } from './migrate'
import { seed } from './seed'

const COMMANDS = {
  async migrate() {
    const { applied } = await migrate(readConfig())
    console.log(applied.length > 0 ? `applied ${applied.join(', ')}` : 'the database is up to date')
  },
  async seed() {
    const { products } = await seed(readConfig())
    console.log(`the catalogue holds ${products} products`)
  },
}

const command = process.argv[2]
if (command === 'migrate' || command === 'seed') {
  await COMMANDS[command]().catch(explain)
} else {
  console.error('Usage: npm run migrate | npm run seed')
  process.exitCode = 2
}

/** Prints only the message of an error that the user can fix, and the stack of any other error. */
function explain(error: unknown): void {
  const actionable = error instanceof ConfigError || error instanceof MigrationError || error instanceof AppError
  console.error(actionable ? error.message : error)
  process.exitCode = 1
}
