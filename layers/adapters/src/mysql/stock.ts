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

/** What a placement was decided on. */
export interface KnownProduct extends StockedProduct {
  /** Of its entry in the catalogue: another one may have another name or price. */
  readonly version: number
}

export interface LockedProduct extends KnownProduct {
  readonly deleted: boolean
}

/** Locks products in id order, so that transactions over the same products wait for each other in a row. */
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

/** More than any product can have. */
const TOO_MANY = 2 ** 32

/**
 * Sells units of several products in one statement. It locks them, and is refused when one of them is not any more what
 * was known of it, or has too few: `stock` cannot go below zero. See `isOutdated`.
 */
export function sellUnits(
  session: Session,
  sold: ReadonlyMap<ProductId, number>,
  products: ReadonlyMap<ProductId, KnownProduct>,
): void {
  if (sold.size === 0) return
  const taken = `WHEN ? THEN IF(version = ? AND deleted_at IS NULL, ?, ${TOO_MANY}) `.repeat(sold.size)
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

/** Takes units of locked products back that were sold. */
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
