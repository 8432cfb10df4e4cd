import { products } from '../composition/products'
import { http } from '../composition/telemetry'
import { conditionOf, etagOf, toProductBody, toProductChanges, updateProduct } from './contract'

export const handler = http(updateProduct, async ({ params, headers, body, limits }) => {
  const product = await products.update(params.id, toProductChanges(params.id, body), conditionOf(headers), limits)
  return { headers: { etag: etagOf(product) }, body: toProductBody(product) }
})
