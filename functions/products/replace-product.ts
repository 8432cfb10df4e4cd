import { products } from '../composition/products'
import { http } from '../composition/telemetry'
import { conditionOf, etagOf, replaceProduct, toProductBody } from './contract'

export const handler = http(replaceProduct, async ({ params, headers, body }) => {
  const { price, ...details } = body
  const product = await products.update(params.id, { ...details, priceCents: price }, conditionOf(headers))
  return { headers: { etag: etagOf(product) }, body: toProductBody(product) }
})
