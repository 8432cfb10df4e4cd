import { products } from '../composition/products'
import { http } from '../composition/telemetry'
import { getInventory, toInventoryBody } from './contract'

export const handler = http(getInventory, async ({ params, query, limits }) => {
  const inventory = await products.getInventory(params.id, query, limits)
  return { body: toInventoryBody(inventory) }
})
