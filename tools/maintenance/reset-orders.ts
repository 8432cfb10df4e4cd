import { setTimeout as delay } from 'node:timers/promises'
import { stockChanged } from '@ecommerce/domain'
import type { Config } from '@ecommerce/runtime/config'
import mysql, { type Connection, type RowDataPacket } from 'mysql2/promise'
import type { ResetOptions } from './command-line'
import { counted, type Reset } from './reset'

const ORDER_TABLES = ['orders', 'order_lines', 'order_history', 'order_counts']
const DEAD_LETTER_TABLES = ['dead_letters', 'dead_letter_actions']

const LOCK_WAIT_SECONDS = 10

/**
 * Exchanging tables waits for the transactions under way, and all others wait for it. One of those may wait for one of
 * these, in a circle that no server sees: so it is given up soon, well within what the shop retries, and tried again.
 */
const EXCHANGE_WAIT_SECONDS = 1
const EXCHANGE_PAUSE_MS = 500
const EXCHANGE_TRIES = 20

/**
 * Clears the orders and puts the units they held back in stock, with a line in the ledger and an event for each product,
 * so that on hand is everything ever put in stock.
 *
 * The shop goes on meanwhile. Full tables are exchanged for empty ones in one step, which waits for the transactions
 * under way, however much is in them: an order is placed before and gone as a whole, or placed after and there as a
 * whole. Then the stock follows, product by product what no order holds any more: in between, stock is short and never
 * too much, and a run that ends there is made good by the next. Events that wait in the outbox stay: what they tell did
 * happen.
 */
export const resetOrders: Reset = {
  server: 'mysql',

  plan: (config, options) =>
    withConnection(config, async (connection) => {
      const cleared = await contents(connection, options, '')
      const place = `MySQL ${config.MYSQL_DATABASE} at ${config.MYSQL_HOST}:${config.MYSQL_PORT}`
      return `clear ${cleared} in ${place}, and put the units sold back in stock`
    }),

  run: (config, options) =>
    withConnection(config, async (connection) => {
      await connection.query('SET SESSION lock_wait_timeout = ?, SESSION innodb_lock_wait_timeout = ?', [
        EXCHANGE_WAIT_SECONDS,
        LOCK_WAIT_SECONDS,
      ])
      const cleared = await clear(connection, options)
      const units = await returnUnits(connection)
      return `${cleared} cleared, ${counted(units, 'unit')} back in stock`
    }),
}

/** Returns what was cleared. */
async function clear(connection: Connection, options: ResetOptions): Promise<string> {
  const names = [...ORDER_TABLES, ...(options.deadLetters ? DEAD_LETTER_TABLES : [])]
  for (const name of names) {
    // What a run has left behind that was ended.
    await connection.query(`DROP TABLE IF EXISTS ${name}_old, ${name}_empty`)
    await connection.query(`CREATE TABLE ${name}_empty LIKE ${name}`)
  }
  await exchange(connection, names)
  const cleared = await contents(connection, options, '_old')
  await connection.query(`DROP TABLE ${names.map((name) => `${name}_old`).join(', ')}`)
  return cleared
}

async function exchange(connection: Connection, names: readonly string[]): Promise<void> {
  const renames = names.map((name) => `${name} TO ${name}_old, ${name}_empty TO ${name}`)
  for (let tries = 1; ; tries += 1) {
    try {
      await connection.query(`RENAME TABLE ${renames.join(', ')}`)
      return
    } catch (error) {
      if (!isLockWaitTimeout(error) || tries === EXCHANGE_TRIES) throw error
      await delay(EXCHANGE_PAUSE_MS)
    }
  }
}

function isLockWaitTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ER_LOCK_WAIT_TIMEOUT'
}

/**
 * Returns how many. An order changes what a product has sold under the lock of the product: under the same lock, what is
 * sold and held by no order was held by those that are gone. It is entered as a cancellation is.
 */
async function returnUnits(connection: Connection): Promise<number> {
  await connection.query('SET TRANSACTION ISOLATION LEVEL READ COMMITTED')
  await connection.beginTransaction()
  try {
    await connection.query('SELECT id FROM products WHERE sold <> 0 ORDER BY id FOR UPDATE')
    const [rows] = await connection.query<RowDataPacket[]>(
      `SELECT id, stock, sold - COALESCE(held.units, 0) AS units FROM products LEFT JOIN (
         SELECT product_id, SUM(quantity) AS units FROM order_lines JOIN orders ON orders.id = order_id
         WHERE status IN ('confirmed', 'shipped', 'delivered') GROUP BY product_id
       ) AS held ON held.product_id = id
       WHERE sold <> COALESCE(held.units, 0) ORDER BY id`,
    )
    const returns = rows.map(({ id, stock, units }) => ({ id: Number(id), stock: Number(stock), units: Number(units) }))
    for (const product of returns) await returnTo(connection, product)
    await connection.commit()
    return returns.reduce((sum, { units }) => sum + units, 0)
  } catch (error) {
    await connection.rollback()
    throw error
  }
}

async function returnTo(connection: Connection, product: { id: number; stock: number; units: number }): Promise<void> {
  const { id, stock, units } = product
  const event = stockChanged(id, stock + units, units, new Date())
  await connection.query('UPDATE products SET stock = stock + ?, sold = sold - ? WHERE id = ?', [units, units, id])
  await connection.query(
    `INSERT INTO stock_ledger (product_id, delta, reason, note, created_at)
     VALUES (?, ?, 'cancellation', 'orders cleared', ?)`,
    [id, units, event.at],
  )
  await connection.query(
    'INSERT INTO outbox (aggregate, aggregate_id, type, version, data, created_at) VALUES (?, ?, ?, ?, ?, ?)',
    [event.aggregate, event.aggregateId, event.type, event.version, JSON.stringify(event.data), event.at],
  )
}

async function contents(connection: Connection, { deadLetters }: ResetOptions, suffix: '' | '_old'): Promise<string> {
  const orders = counted(await count(connection, `orders${suffix}`), 'order')
  if (!deadLetters) return orders
  return `${orders} and ${counted(await count(connection, `dead_letters${suffix}`), 'dead letter')}`
}

async function count(connection: Connection, table: string): Promise<number> {
  const [[row]] = await connection.query<RowDataPacket[]>(`SELECT COUNT(*) AS many FROM ${table}`)
  return Number(row?.many)
}

async function withConnection<Result>(config: Config, work: (connection: Connection) => Promise<Result>) {
  const connection = await mysql.createConnection({
    host: config.MYSQL_HOST,
    port: config.MYSQL_PORT,
    user: config.MYSQL_USER,
    password: config.MYSQL_PASSWORD,
    database: config.MYSQL_DATABASE,
    charset: 'utf8mb4_unicode_520_ci',
    timezone: 'Z',
  })
  try {
    return await work(connection)
  } finally {
    await connection.end()
  }
}
