import { assertWritable, ROLE_QUERY, type RoleRow } from './open-connection'
import type { Session } from './session'

/** The tables that get a row for every order. */
const TABLES = ['orders', 'order_lines', 'order_counts', 'stock_ledger', 'outbox']

/**
 * Runs the statements that an order needs, but for no row. The server checks them as it checks real ones. So this fails
 * when it is read-only or not ready, when a privilege or a table is missing, or when a table is locked for a change.
 * @throws {ReadOnlyServerError} even when this account may write to a read-only server
 */
export async function checkWrites(session: Session): Promise<void> {
  for (const table of TABLES) session.later(`INSERT INTO ${table} SELECT * FROM ${table} WHERE FALSE`)
  session.later('UPDATE products SET stock = stock WHERE FALSE')
  const [role] = await session.rows<RoleRow>(ROLE_QUERY)
  assertWritable(role, 'the server')
}
