import { products } from '../composition/products'
import { http } from '../composition/telemetry'
import { adjustInventory } from './contract'

export const handler = http(adjustInventory, async ({ params, body }) => {
  const { delta, reason } = body
  const { onHand, at } = await products.adjustStock({ productId: params.id, delta, note: reason })
  return { body: { product_id: params.id, delta, reason, on_hand: onHand, at: at.toISOString() } }
})
