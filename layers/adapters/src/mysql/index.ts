export { Database, type DatabaseOptions } from './database'
export { MysqlOrderStore } from './mysql-order-store'
export { MysqlProductStore } from './mysql-product-store'
