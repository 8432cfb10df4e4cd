import { products } from '../composition/products'
import { http } from '../composition/telemetry'
import { adjustInventory } from './contract'

export const handler = http(adjustInventory, async ({ params, headers, body, caller, limits }) => {
  const { delta, reason } = body
  const adjustment = { productId: params.id, delta, note: reason }
  const { onHand, at } = await products.adjustStock(adjustment, headers['idempotency-key'], caller.userId, limits)
  return { body: { product_id: params.id, delta, reason, on_hand: onHand, at: at.toISOString() } }
})
