import type { LedgerReason, ProductId, StockedProduct } from '@ecommerce/domain'
import type { Session, Statement } from './session'

export interface StockRow {
  id: number
  name: string
  price_cents: number
  stock: number
  deleted_at: Date | null
}

export interface LockedProduct extends StockedProduct {
  readonly deleted: boolean
}

/** Locks products in id order, so that transactions over the same products wait for each other in a row. */
export function lockingStatement(ids: Iterable<ProductId>): Statement {
  return {
    sql: 'SELECT id, name, price_cents, stock, deleted_at FROM products WHERE id IN (?) ORDER BY id FOR UPDATE',
    values: [[...ids]],
  }
}

export async function lockProducts(
  session: Session,
  ids: Iterable<ProductId>,
): Promise<ReadonlyMap<ProductId, LockedProduct>> {
  const { sql, values } = lockingStatement(ids)
  return toLockedProducts(await session.rows<StockRow>(sql, values))
}

export function toLockedProducts(rows: readonly StockRow[]): ReadonlyMap<ProductId, LockedProduct> {
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        name: row.name,
        priceCents: row.price_cents,
        stock: row.stock,
        deleted: row.deleted_at !== null,
      },
    ]),
  )
}

/** Moves units from `stock` to `sold`, or back when negative, of several locked products in one statement. */
export function sellUnits(session: Session, sold: ReadonlyMap<ProductId, number>): void {
  if (sold.size === 0) return
  const units = `CASE id ${'WHEN ? THEN ? '.repeat(sold.size)}END`
  const pairs = [...sold].flat()
  session.later(`UPDATE products SET stock = stock - ${units}, sold = sold + ${units} WHERE id IN (?)`, [
    ...pairs,
    ...pairs,
    [...sold.keys()],
  ])
}

export interface NewLedgerEntry {
  readonly productId: ProductId
  readonly delta: number
  readonly reason: LedgerReason
  readonly note?: string | undefined
  readonly orderId?: string | undefined
  readonly at: Date
}

export function recordLedger(session: Session, entries: readonly NewLedgerEntry[]): void {
  if (entries.length === 0) return
  session.later('INSERT INTO stock_ledger (product_id, delta, reason, note, order_id, created_at) VALUES ?', [
    entries.map(({ productId, delta, reason, note, orderId, at }) => [productId, delta, reason, note, orderId, at]),
  ])
}
