import { products } from '../composition/products'
import { http } from '../composition/telemetry'
import { conditionOf, deleteProduct } from './contract'

export const handler = http(deleteProduct, async ({ params, headers, limits }) => {
  await products.delete(params.id, conditionOf(headers), limits)
  return {}
})
