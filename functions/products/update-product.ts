import { products } from '../composition/products'
import { http } from '../composition/telemetry'
import { etagOf, toProductBody, updateProduct } from './contract'

export const handler = http(updateProduct, async ({ params, headers, body }) => {
  const { price, ...details } = body
  const product = await products.update(params.id, { ...details, priceCents: price }, headers['if-match'])
  return { headers: { etag: etagOf(product) }, body: toProductBody(product) }
})
