import { products } from '../composition/products'
import { http } from '../composition/telemetry'
import { createProduct, etagOf, toProductBody } from './contract'

export const handler = http(createProduct, async ({ headers, body, caller, limits }) => {
  const { price, ...details } = body
  const product = await products.create(
    { ...details, priceCents: price },
    headers['idempotency-key'],
    caller.userId,
    limits,
  )
  return {
    headers: { location: `/products/${product.id}`, etag: etagOf(product) },
    body: toProductBody(product),
  }
})
