import { AppError } from '@ecommerce/domain'
import { type Config, ConfigError, readConfig } from '@ecommerce/runtime/config'
import { MigrationError, migrate } from '../mysql/migrate'
import { seed } from '../mysql/seed'
import { declareKafkaTopics, declareRabbitmqTopology, TopologyConflictError } from '../topology/declare-topology'

void main()

/** Prepares the servers for the services: tables, products, topics and queues. Changes nothing that exists already. */
async function main(): Promise<void> {
  try {
    const config = readConfig()
    await Promise.all([fillDatabase(config), declareKafkaTopics(config), declareRabbitmqTopology(config, console.warn)])
    console.log('topics and queues are declared')
  } catch (error) {
    console.error(isActionable(error) ? error.message : error)
    process.exit(1)
  }
}

async function fillDatabase(config: Config): Promise<void> {
  const { applied } = await migrate(config)
  console.log(applied.length > 0 ? `applied ${applied.join(', ')}` : 'the database is up to date')
  const { products } = await seed(config)
  console.log(`the catalogue holds ${products} products`)
}

/** Whether the user can fix the error. Then its message is enough; any other error is printed with its stack. */
function isActionable(error: unknown): error is Error {
  return [AppError, ConfigError, MigrationError, TopologyConflictError].some((kind) => error instanceof kind)
}
