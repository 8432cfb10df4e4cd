import type { Config } from '@ecommerce/runtime/config'
import mysql, { type Connection, type RowDataPacket } from 'mysql2/promise'
import type { ResetOptions } from './command-line'
import { counted, type Reset } from './reset'

const ORDER_TABLES = ['orders', 'order_lines', 'order_history', 'order_counts']
const DEAD_LETTER_TABLES = ['dead_letters', 'dead_letter_actions']

/** Placements wait while the tables are exchanged; rather than keep them longer than this, nothing is changed. */
const LOCK_WAIT_SECONDS = 10

/**
 * Clears the orders and puts the units they hold back in stock, with a line in the ledger and an event for each product,
 * so that on hand is everything ever put in stock.
 *
 * The shop goes on meanwhile. All products are locked, so no placement is under way; full tables are exchanged for empty
 * ones in one step, however much is in them; then the stock is committed. An order is placed before that and gone as a
 * whole, or placed after it and there as a whole. Events that wait in the outbox stay: what they tell did happen.
 */
export const resetOrders: Reset = {
  server: 'mysql',

  async plan(config, options) {
    const connection = await connect(config)
    try {
      const orders = await count(connection, 'orders')
      const letters = options.deadLetters
        ? ` and ${counted(await count(connection, 'dead_letters'), 'dead letter')}`
        : ''
      return `clear ${counted(orders, 'order')}${letters} in MySQL ${config.MYSQL_DATABASE} at ${config.MYSQL_HOST}:${config.MYSQL_PORT}, and put the units sold back in stock`
    } finally {
      await connection.end()
    }
  },

  async run(config, options) {
    const [stock, tables] = await Promise.all([connect(config), connect(config)])
    try {
      await stock.query('SET SESSION innodb_lock_wait_timeout = ?', [LOCK_WAIT_SECONDS])
      await tables.query('SET SESSION lock_wait_timeout = ?', [LOCK_WAIT_SECONDS])
      return await clear(stock, tables, options)
    } finally {
      await Promise.all([stock.end(), tables.end()])
    }
  },
}

async function clear(stock: Connection, tables: Connection, { deadLetters }: ResetOptions): Promise<string> {
  const cleared = [...ORDER_TABLES, ...(deadLetters ? DEAD_LETTER_TABLES : [])]
  await prepareEmpty(tables, cleared)
  // Repeatable read locks the gaps too: no product appears that is not locked.
  await stock.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ')
  await stock.beginTransaction()
  let returned: number
  try {
    returned = await returnStock(stock)
    await tables.query(
      `RENAME TABLE ${cleared.map((name) => `${name} TO ${name}_old, ${name}_empty TO ${name}`).join(', ')}`,
    )
  } catch (error) {
    await stock.rollback()
    throw error
  }
  // Were this to fail, the units would still be sold, and a second run would return them.
  await stock.commit()
  const [orders, letters] = [
    await count(tables, 'orders_old'),
    deadLetters ? await count(tables, 'dead_letters_old') : 0,
  ]
  await tables.query(`DROP TABLE ${cleared.map((name) => `${name}_old`).join(', ')}`)
  const lettersText = deadLetters ? ` and ${counted(letters, 'dead letter')}` : ''
  return `${counted(orders, 'order')}${lettersText} cleared, ${counted(returned, 'unit')} back in stock`
}

async function prepareEmpty(tables: Connection, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await tables.query(`DROP TABLE IF EXISTS ${name}_old, ${name}_empty`)
    await tables.query(`CREATE TABLE ${name}_empty LIKE ${name}`)
  }
}

/** In the open transaction. A returned unit is entered as a cancellation is: it was sold, and is on hand again. */
async function returnStock(stock: Connection): Promise<number> {
  const [products] = await stock.query<RowDataPacket[]>('SELECT id, sold FROM products ORDER BY id FOR UPDATE')
  await stock.query(
    `INSERT INTO stock_ledger (product_id, delta, reason, note, created_at)
     SELECT id, sold, 'cancellation', 'orders cleared', UTC_TIMESTAMP(3) FROM products WHERE sold <> 0 ORDER BY id`,
  )
  await stock.query(
    `INSERT INTO outbox (aggregate, aggregate_id, type, version, data, created_at)
     SELECT 'product', id, 'product_stock_changed', 1, JSON_OBJECT('id', id, 'stock', stock + sold, 'delta', sold),
       UTC_TIMESTAMP(3) FROM products WHERE sold <> 0 ORDER BY id`,
  )
  await stock.query('UPDATE products SET stock = stock + sold, sold = 0 WHERE sold <> 0')
  return products.reduce((units, product) => units + Number(product.sold), 0)
}

async function count(connection: Connection, table: string): Promise<number> {
  const [[row]] = await connection.query<RowDataPacket[]>(`SELECT COUNT(*) AS many FROM ${table}`)
  return Number(row?.many)
}

function connect(config: Config): Promise<Connection> {
  return mysql.createConnection({
    host: config.MYSQL_HOST,
    port: config.MYSQL_PORT,
    user: config.MYSQL_USER,
    password: config.MYSQL_PASSWORD,
    database: config.MYSQL_DATABASE,
    charset: 'utf8mb4_unicode_520_ci',
    timezone: 'Z',
  })
}
