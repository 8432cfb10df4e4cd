import { randomBytes } from 'node:crypto'
import { withConnection } from '@ecommerce/adapters/mysql'
import { parseConfig } from '@ecommerce/runtime/config'
import { migrate } from '../infra/mysql/migrate'
import { seed } from '../infra/mysql/seed'
import { childEnvironment } from '../tools/local/run'
import type { ServerProcess } from './server-process'
import { startShop } from './start-shop'

export interface FreshShop {
  readonly server: ServerProcess
  readonly close: () => Promise<void>
}

/** A shop as `npm start` leaves it on a new machine: with the demo catalogue, and without orders. */
export async function openFreshShop(): Promise<FreshShop> {
  const database = `ecommerce_test_${randomBytes(6).toString('hex')}`
  const config = parseConfig({ ...childEnvironment(), MYSQL_DATABASE: database })
  await migrate(config)
  await seed(config)
  const server = await startShop({ MYSQL_DATABASE: database })
  return {
    server,
    close: async () => {
      await server.stop()
      await withConnection(config, (connection) => connection.query(`DROP DATABASE ${database}`))
    },
  }
}
