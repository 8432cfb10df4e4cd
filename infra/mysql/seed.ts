import { MysqlProductStore } from '@ecommerce/adapters/mysql'
import type { Config } from '@ecommerce/runtime/config'
import { openDatabase } from './open-database'
import { SEED_PRODUCTS } from './seed-products'

/** Fills an empty catalogue. Changes nothing if there are products, even deleted ones. */
export async function seed(config: Config): Promise<{ products: number }> {
  const database = openDatabase(config)
  try {
    const [catalogue] = await database.read((session) =>
      session.rows<{ products: number }>('SELECT COUNT(*) AS products FROM products'),
    )
    if (catalogue && catalogue.products > 0) return { products: catalogue.products }

    const store = new MysqlProductStore(database)
    for (const product of SEED_PRODUCTS) await store.create(product, new Date())
    return { products: SEED_PRODUCTS.length }
  } finally {
    await database.close()
  }
}
