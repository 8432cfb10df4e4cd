const { join } = require('node:path')
const mysql = require('mysql2/promise')

/** The built layer, because Node loads this file without a build. */
const { readConfig } = require(join(__dirname, '..', '..', 'dist', 'node_modules', '@ecommerce', 'runtime'))

/** Commits one row per request, with the pool size of the functions. */
const config = readConfig()
const pool = mysql.createPool({
  host: config.MYSQL_HOST,
  port: config.MYSQL_PORT,
  user: config.MYSQL_USER,
  password: config.MYSQL_PASSWORD,
  database: config.MYSQL_DATABASE,
  connectionLimit: config.MYSQL_POOL_SIZE,
})
const ready = pool.query(
  'CREATE TABLE IF NOT EXISTS bench_rows (id BIGINT AUTO_INCREMENT PRIMARY KEY, body VARCHAR(1000) NOT NULL)',
)

/** @param {{ body: string }} event */
exports.handler = async ({ body }) => {
  await ready
  await pool.query('INSERT INTO bench_rows (body) VALUES (?)', [body])
  return { statusCode: 201, headers: { 'content-type': 'application/json' }, body: '{}' }
}
