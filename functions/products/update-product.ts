import { products } from '../composition/products'
import { http } from '../composition/telemetry'
import { conditionOf, etagOf, toProductBody, updateProduct } from './contract'

export const handler = http(updateProduct, async ({ params, headers, body }) => {
  const { price, ...details } = body
  const product = await products.update(params.id, { ...details, priceCents: price }, conditionOf(headers))
  return { headers: { etag: etagOf(product) }, body: toProductBody(product) }
})
