import { indexProducts, MysqlProductStore } from '@ecommerce/adapters/mysql'
import { ProductService } from '@ecommerce/domain'
import { database } from './database'
import './relay-after-commit'
import { clock } from './settings'

export const products = new ProductService(new MysqlProductStore(database), clock)

/** Writes the words of products that have none. @returns the number of products */
export function writeMissingWords(signal: AbortSignal): Promise<number> {
  return indexProducts(database, signal)
}
