import { products } from '../composition/products'
import { http } from '../composition/telemetry'
import { etagOf, replaceProduct, toProductBody } from './contract'

export const handler = http(replaceProduct, async ({ params, headers, body }) => {
  const { price, ...details } = body
  const product = await products.update(params.id, { ...details, priceCents: price }, headers['if-match'])
  return { headers: { etag: etagOf(product) }, body: toProductBody(product) }
})
