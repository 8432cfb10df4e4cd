import { MysqlProductStore } from '@ecommerce/adapters/mysql'
import { ProductService } from '@ecommerce/domain'
import { database } from './database'
import './relay-after-commit'
import { clock } from './settings'

export const products = new ProductService(new MysqlProductStore(database), clock)
