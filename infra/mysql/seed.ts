import { MysqlProductStore } from '@ecommerce/adapters/mysql'
import type { Config } from '@ecommerce/runtime/config'
import { openDatabase } from './open-database'
import { SEED_PRODUCTS } from './seed-products'

/** Fills an empty catalogue. Changes nothing if there are products, even deleted ones. */
export async function seed(config: Config): Promise<{ products: number }> {
  const database = openDatabase(config)
  try {
    return { products: await new MysqlProductStore(database).fill(SEED_PRODUCTS, new Date()) }
  } finally {
    await database.close()
  }
}
