import { withConnection } from '@ecommerce/adapters/mysql'
import { type Config, readConfig } from '@ecommerce/runtime/config'
import mysql from 'mysql2/promise'
import { migrate } from '../infra/mysql/migrate'
import { seed } from '../infra/mysql/seed'

/** Runs the work with a new database on the configured server, and drops it after that. */
export async function withBenchDatabase<Result>(work: (config: Config) => Promise<Result>): Promise<Result> {
  const config: Config = { ...readConfig(), MYSQL_DATABASE: 'ecommerce_bench' }
  await drop(config)
  await migrate(config)
  await seed(config)
  try {
    return await work(config)
  } finally {
    await drop(config)
  }
}

function drop(config: Config): Promise<unknown> {
  const statement = `DROP DATABASE IF EXISTS ${mysql.escapeId(config.MYSQL_DATABASE)}`
  return withConnection(config, (connection) => connection.query(statement), { selectDatabase: false })
}
