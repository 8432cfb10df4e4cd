import type { LedgerEntry, LedgerReason, Product } from '@ecommerce/domain'

export const PRODUCT_COLUMNS = 'id, name, description, category, price_cents, stock, version, created_at, updated_at'

export interface ProductRow {
  id: number
  name: string
  description: string
  category: string
  price_cents: number
  stock: number
  version: number
  created_at: Date
  updated_at: Date
}

export function toProduct(row: ProductRow): Product {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    category: row.category,
    priceCents: row.price_cents,
    stock: row.stock,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

export const LEDGER_COLUMNS = 'id, delta, reason, note, order_id, created_at'

export interface LedgerRow {
  id: number
  delta: number
  reason: LedgerReason
  note: string | null
  order_id: string | null
  created_at: Date
}

export function toLedgerEntry(row: LedgerRow): LedgerEntry {
  return {
    delta: row.delta,
    reason: row.reason,
    note: row.note ?? undefined,
    orderId: row.order_id ?? undefined,
    at: row.created_at,
  }
}
