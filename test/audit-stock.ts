import type { Database } from '@ecommerce/adapters/mysql'
import { expect } from 'vitest'

interface StockRow {
  stock: number
  sold: number
  ledger: number
  put_in: number
  confirmed: number
}

/**
 * Audits the stock of a product in the tables: the ledger adds up to the units on hand, all units ever added are on hand
 * or sold, and the units sold are those of the orders that are confirmed, shipped or delivered.
 */
export async function auditStock(database: Database, productId: number): Promise<{ onHand: number; sold: number }> {
  const [row] = await database.read((session) =>
    session.rows<StockRow>(
      `SELECT stock, sold,
         (SELECT CAST(COALESCE(SUM(delta), 0) AS SIGNED) FROM stock_ledger WHERE product_id = p.id) AS ledger,
         (SELECT CAST(COALESCE(SUM(delta), 0) AS SIGNED) FROM stock_ledger
           WHERE product_id = p.id AND reason IN ('initial', 'adjustment')) AS put_in,
         (SELECT CAST(COALESCE(SUM(quantity), 0) AS SIGNED) FROM order_lines JOIN orders ON id = order_id
           WHERE product_id = p.id AND status IN ('confirmed', 'shipped', 'delivered')) AS confirmed
       FROM products p WHERE p.id = ?`,
      [productId],
    ),
  )
  if (!row) throw new Error(`there is no product ${productId}`)
  const recorded = { stock: row.stock, sold: row.sold, ledger: row.ledger, confirmed: row.confirmed }
  expect(recorded).toEqual({
    stock: row.put_in - row.sold,
    sold: row.confirmed,
    ledger: row.stock,
    confirmed: row.sold,
  })
  return { onHand: row.stock, sold: row.sold }
}
