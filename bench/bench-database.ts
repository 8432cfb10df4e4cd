import { type Config, readConfig } from '@ecommerce/runtime/config'
import mysql from 'mysql2/promise'
import { migrate } from '../infra/mysql/migrate'
import { seed } from '../infra/mysql/seed'

/** A database of the benchmarks' own on the configured server, made anew and dropped when the work is done. */
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

async function drop(config: Config): Promise<void> {
  const connection = await mysql.createConnection({
    host: config.MYSQL_HOST,
    port: config.MYSQL_PORT,
    user: config.MYSQL_USER,
    password: config.MYSQL_PASSWORD,
  })
  await connection.query(`DROP DATABASE IF EXISTS ${mysql.escapeId(config.MYSQL_DATABASE)}`)
  await connection.end()
}
