import { type Order, stockChanged } from '@ecommerce/domain'
import { recordEvents } from './outbox'
import type { Session } from './session'
import { lockProducts, recordLedger, returnUnits } from './stock'

/** Returns the units of a cancelled order, to deleted products too: so their ledger stays correct. */
export async function returnStock(session: Session, { id, lines, updatedAt: at }: Order): Promise<void> {
  const products = await lockProducts(
    session,
    lines.map(({ productId }) => productId),
  )
  returnUnits(session, new Map(lines.map(({ productId, quantity }) => [productId, quantity])))
  recordLedger(
    session,
    lines.map(({ productId, quantity }) => ({ productId, delta: quantity, reason: 'cancellation', orderId: id, at })),
  )
  recordEvents(
    session,
    lines.map(({ productId, quantity }) => {
      const before = products.get(productId)?.stock ?? 0
      return stockChanged(productId, before + quantity, quantity, at)
    }),
  )
}
