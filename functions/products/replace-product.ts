import { products } from '../composition/products'
import { http } from '../composition/telemetry'
import { conditionOf, etagOf, replaceProduct, toProductBody, toProductChanges } from './contract'

export const handler = http(replaceProduct, async ({ params, headers, body, limits }) => {
  const product = await products.update(params.id, toProductChanges(params.id, body), conditionOf(headers), limits)
  return { headers: { etag: etagOf(product) }, body: toProductBody(product) }
})
