import { type Clock, type ProductId, stockChanged } from '@ecommerce/domain'
import type { Database } from './database'
import { recordEvents } from './outbox'
import type { Session } from './session'
import { LOCK_WAIT_MS } from './session-settings'
import { recordLedger, returnUnits } from './stock'

export interface RecordCounts {
  readonly orders: number
  readonly deadLetters: number
}

/** Units of a product that no order holds any more. */
interface Return {
  readonly productId: ProductId
  readonly units: number
  readonly stockBefore: number
}

const ORDER_TABLES = ['orders', 'order_lines', 'order_history', 'order_counts']
const DEAD_LETTER_TABLES = ['dead_letters', 'dead_letter_actions']

/**
 * RENAME TABLE waits for the running transactions, and new ones wait for it. Two of them can wait for each other in a
 * deadlock that no server detects. So RENAME gives up soon, well before the shop stops retrying; `Database` repeats it.
 */
const RENAME_WAIT_SECONDS = 1

/** The most products whose stock one statement changes. */
const MAX_RETURNS = 500

/**
 * Clears the orders, and returns the units they held to stock, while the shop keeps running.
 *
 * `clear` exchanges the full tables for empty ones in one step. The step waits for the running transactions, so an
 * order is either cleared as a whole or kept as a whole. Then `returnUnits` returns the units that no order holds any
 * more. Between the two, stock is too low and never too high; after a failure there, the next run returns the units.
 *
 * Events in the outbox stay: what they report has happened.
 */
export class MysqlOrderReset {
  /** @param database retries and times out later than that of the shop: counting large tables takes seconds */
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  count(): Promise<RecordCounts> {
    return this.database.read((session) => countRecords(session, 'orders', 'dead_letters'))
  }

  /** @returns the numbers of cleared records */
  async clear({ deadLetters }: { readonly deadLetters: boolean }): Promise<RecordCounts> {
    const tables = [...ORDER_TABLES, ...(deadLetters ? DEAD_LETTER_TABLES : [])]
    await this.database.write((session) => createEmptyTables(session, tables))
    await this.database.write((session) => exchangeTables(session, tables))
    return this.database.write(async (session) => {
      const cleared = await countRecords(session, 'orders_old', deadLetters ? 'dead_letters_old' : undefined)
      await session.write(`DROP TABLE ${tables.map((name) => `${name}_old`).join(', ')}`)
      return cleared
    })
  }

  /** Records each return as a cancellation does, with a ledger entry and an event. @returns the number of units */
  returnUnits(): Promise<number> {
    return this.database.transaction(async (session) => {
      const returns = await findReturns(session)
      const at = this.clock()
      for (let first = 0; first < returns.length; first += MAX_RETURNS) {
        recordReturns(session, returns.slice(first, first + MAX_RETURNS), at)
      }
      return returns.reduce((sum, { units }) => sum + units, 0)
    })
  }
}

async function countRecords(session: Session, orders: string, deadLetters: string | undefined): Promise<RecordCounts> {
  const count = (table: string | undefined) => (table === undefined ? '0' : `(SELECT COUNT(*) FROM ${table})`)
  const [counts] = await session.rows<{ orders: number; deadLetters: number }>(
    `SELECT ${count(orders)} AS orders, ${count(deadLetters)} AS deadLetters`,
  )
  return { orders: counts?.orders ?? 0, deadLetters: counts?.deadLetters ?? 0 }
}

async function createEmptyTables(session: Session, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    // An interrupted run may have left these.
    await session.write(`DROP TABLE IF EXISTS ${table}_old, ${table}_empty`)
    await session.write(`CREATE TABLE ${table}_empty LIKE ${table}`)
  }
}

async function exchangeTables(session: Session, tables: readonly string[]): Promise<void> {
  const renames = tables.map((table) => `${table} TO ${table}_old, ${table}_empty TO ${table}`)
  await session.write('SET SESSION lock_wait_timeout = ?', [RENAME_WAIT_SECONDS])
  try {
    await session.write(`RENAME TABLE ${renames.join(', ')}`)
  } finally {
    await session.write('SET SESSION lock_wait_timeout = ?', [LOCK_WAIT_MS / 1_000])
  }
}

/**
 * Placement changes `sold` under the lock of the product. Under the same lock, the units that are sold and held by no
 * order belonged to cleared orders.
 */
async function findReturns(session: Session): Promise<Return[]> {
  await session.rows('SELECT id FROM products WHERE sold <> 0 ORDER BY id FOR UPDATE')
  return session.rows<Return>(
    `SELECT id AS productId, stock AS stockBefore, CAST(sold - COALESCE(held.units, 0) AS SIGNED) AS units
     FROM products LEFT JOIN (
       SELECT product_id, SUM(quantity) AS units FROM order_lines JOIN orders ON orders.id = order_id
       WHERE status IN ('confirmed', 'shipped', 'delivered') GROUP BY product_id
     ) AS held ON held.product_id = id
     WHERE sold <> COALESCE(held.units, 0) ORDER BY id`,
  )
}

function recordReturns(session: Session, returns: readonly Return[], at: Date): void {
  returnUnits(session, new Map(returns.map(({ productId, units }) => [productId, units])))
  recordLedger(
    session,
    returns.map(({ productId, units }) => ({
      productId,
      delta: units,
      reason: 'cancellation',
      note: 'orders cleared',
      at,
    })),
  )
  recordEvents(
    session,
    returns.map(({ productId, units, stockBefore }) => stockChanged(productId, stockBefore + units, units, at)),
  )
}
