import { products } from '../composition/products'
import { http } from '../composition/telemetry'
import { createProduct, etagOf, toProductBody } from './contract'

export const handler = http(createProduct, async ({ body }) => {
  const { price, ...details } = body
  const product = await products.create({ ...details, priceCents: price })
  return {
    headers: { location: `/products/${product.id}`, etag: etagOf(product) },
    body: toProductBody(product),
  }
})
