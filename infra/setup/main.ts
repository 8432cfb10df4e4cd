import { AppError } from '@ecommerce/domain'
import { type Config, ConfigError, readConfig } from '@ecommerce/runtime/config'
import { MigrationError, migrate } from '../mysql/migrate'
import { seed } from '../mysql/seed'
import { declareKafkaTopics, declareRabbitmqTopology, TopologyConflictError } from '../topology/declare-topology'

void main()

/** Gives fresh servers what the services need, and leaves alone what is there: to be run before every start of them. */
async function main(): Promise<void> {
  try {
    const config = readConfig()
    await Promise.all([fillDatabase(config), declareKafkaTopics(config), declareRabbitmqTopology(config)])
    console.log('topics and queues are declared')
  } catch (error) {
    console.error(isActionable(error) ? error.message : error)
    process.exit(1)
  }
}

async function fillDatabase(config: Config): Promise<void> {
  const { applied } = await migrate(config)
  console.log(applied.length > 0 ? `applied ${applied.join(', ')}` : 'nothing to migrate')
  const { products } = await seed(config)
  console.log(`the catalogue holds ${products} products`)
}

/** What the user can act on is one message; anything else keeps its stack. */
function isActionable(error: unknown): error is Error {
  return [AppError, ConfigError, MigrationError, TopologyConflictError].some((kind) => error instanceof kind)
}
