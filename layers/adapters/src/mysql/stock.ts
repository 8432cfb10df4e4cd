import type { LedgerReason, ProductId, StockedProduct } from '@ecommerce/domain'
import { type Session, type Statement, toSqlTime } from './session'

export interface StockRow {
  id: number
  name: string
  price_cents: number
  stock: number
  version: number
  deleted_at: Date | null
}

/** A product in the state on which a placement is decided. */
export interface KnownProduct extends StockedProduct {
  /** The version of the catalogue entry. In another version, the name or the price may differ. */
  readonly version: number
}

export interface LockedProduct extends KnownProduct {
  readonly deleted: boolean
}

/** Locks products in id order, so that transactions wait for each other instead of deadlocking. */
export function lockingStatement(ids: Iterable<ProductId>): Statement {
  return {
    sql: 'SELECT id, name, price_cents, stock, version, deleted_at FROM products WHERE id IN (?) ORDER BY id FOR UPDATE',
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
        version: row.version,
        deleted: row.deleted_at !== null,
      },
    ]),
  )
}

/** More units than any product can have. Subtracting it always fails. */
const TOO_MANY_UNITS = Number.MAX_SAFE_INTEGER

/**
 * Sells units of several products in one statement, and locks them. The statement fails if a product has another
 * version than expected, is deleted, or has too few units, because `stock` cannot be negative. See `isOutdated`.
 */
export function sellUnits(
  session: Session,
  sold: ReadonlyMap<ProductId, number>,
  products: ReadonlyMap<ProductId, KnownProduct>,
): void {
  if (sold.size === 0) return
  const taken = `WHEN ? THEN IF(version = ? AND deleted_at IS NULL, ?, ${TOO_MANY_UNITS}) `.repeat(sold.size)
  session.later(
    `UPDATE products SET stock = stock - CASE id ${taken}END, sold = sold + CASE id ${'WHEN ? THEN ? '.repeat(sold.size)}END
     WHERE id IN (?)`,
    [
      ...[...sold].flatMap(([id, units]) => [id, products.get(id)?.version, units]),
      ...[...sold].flat(),
      [...sold.keys()],
    ],
  )
}

/** Returns sold units of locked products to stock. */
export function returnUnits(session: Session, returned: ReadonlyMap<ProductId, number>): void {
  if (returned.size === 0) return
  const units = `CASE id ${'WHEN ? THEN ? '.repeat(returned.size)}END`
  const pairs = [...returned].flat()
  session.later(`UPDATE products SET stock = stock + ${units}, sold = sold - ${units} WHERE id IN (?)`, [
    ...pairs,
    ...pairs,
    [...returned.keys()],
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
    entries.map(({ productId, delta, reason, note, orderId, at }) => [
      productId,
      delta,
      reason,
      note,
      orderId,
      toSqlTime(at),
    ]),
  ])
}
