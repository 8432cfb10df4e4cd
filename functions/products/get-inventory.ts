import { http, products } from '../composition'
import { getInventory, toInventoryBody } from './contract'

export const handler = http(getInventory, async ({ params, query }) => {
  const inventory = await products.getInventory(params.id, query)
  return { body: toInventoryBody(inventory) }
})
