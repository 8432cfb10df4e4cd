import { products } from '../composition/products'
import { http } from '../composition/telemetry'
import { listProducts, toProductPage } from './contract'

export const handler = http(listProducts, async ({ query, limits }) => {
  const { min_price, max_price, in_stock, ...rest } = query
  const page = await products.list(
    {
      ...rest,
      minPriceCents: min_price,
      maxPriceCents: max_price,
      inStock: in_stock,
    },
    limits,
  )
  return { body: toProductPage(page) }
})
