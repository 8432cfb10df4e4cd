import { products } from '../composition/products'
import { http } from '../composition/telemetry'
import { etagOf, getProduct, toProductBody } from './contract'

export const handler = http(getProduct, async ({ params, limits }) => {
  const product = await products.get(params.id, limits)
  return { headers: { etag: etagOf(product), 'cache-control': 'no-cache' }, body: toProductBody(product) }
})
