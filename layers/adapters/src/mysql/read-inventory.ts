import { type Inventory, NotFoundError, type ProductId } from '@ecommerce/domain'
import { LEDGER_COLUMNS, type LedgerRow, toLedgerEntry } from './product-rows'
import { type PageRequest, seqBefore, toSeqPage } from './seq-page'
import type { Session } from './session'

/** Reads the stock of a product, which may be deleted, and one page of its ledger. @throws {NotFoundError} */
export async function readInventory(session: Session, id: ProductId, page: PageRequest): Promise<Inventory> {
  const [counts] = await session.rows<{ stock: number; sold: number }>(
    'SELECT stock, sold FROM products WHERE id = ?',
    [id],
  )
  if (!counts) throw new NotFoundError('product', id)
  const scope = { ledgerOf: id }
  const rows = await session.rows<LedgerRow>(
    `SELECT ${LEDGER_COLUMNS} FROM stock_ledger WHERE product_id = ? AND id < ? ORDER BY id DESC LIMIT ?`,
    [id, seqBefore(page, scope) ?? Number.MAX_SAFE_INTEGER, page.limit + 1],
  )
  const { shown, nextCursor } = toSeqPage(rows, page, (row) => row.id, scope)
  return {
    productId: id,
    onHand: counts.stock,
    sold: counts.sold,
    ledger: { items: shown.map(toLedgerEntry), nextCursor },
  }
}
