export { Database, type DatabaseOptions } from './database'
export { MysqlDeadLetterStore } from './mysql-dead-letter-store'
export { MysqlOrderStore } from './mysql-order-store'
export { MysqlProductStore } from './mysql-product-store'
