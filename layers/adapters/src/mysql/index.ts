export {
  type ConnectionDifferences,
  connectionOptions,
  type DatabaseAddress,
  databaseOptions,
  type MysqlSettings,
  serverAddresses,
} from './connection-options'
export type { PoolUse } from './connection-pool'
export { Database, type DatabaseOptions } from './database'
export { describeMysql } from './describe-mysql'
export { CREATE_LEASES, Lease } from './lease'
export { MysqlDeadLetterStore } from './mysql-dead-letter-store'
export { MysqlOrderReset, type RecordCounts } from './mysql-order-reset'
export { MysqlOrderStore } from './mysql-order-store'
export { MysqlOutboxStore } from './mysql-outbox-store'
export { MysqlProductStore } from './mysql-product-store'
export { indexProducts } from './product-words'
export { withConnection } from './with-connection'
