import {
  describeDeadLetterStore,
  describeOrderStore,
  describeProductStore,
  type OpenStores,
} from '@ecommerce/testing/conformance'
import { mysqlOptions } from '@ecommerce/testing/mysql'
import { Database } from './database'
import { MysqlDeadLetterStore } from './mysql-dead-letter-store'
import { MysqlOrderStore } from './mysql-order-store'
import { MysqlProductStore } from './mysql-product-store'
import { OUTBOX_COLUMNS, type OutboxRow, toRecordedEvent } from './outbox-rows'

const open: OpenStores = async (clock) => {
  const database = new Database(mysqlOptions())
  return {
    products: new MysqlProductStore(database),
    orders: new MysqlOrderStore(database, clock),
    eventsOf: (aggregate, id) =>
      database.read(async (session) => {
        const rows = await session.rows<OutboxRow>(
          `SELECT ${OUTBOX_COLUMNS} FROM outbox WHERE aggregate = ? AND aggregate_id = ? ORDER BY id`,
          [aggregate, String(id)],
        )
        return rows.map(toRecordedEvent).map(({ id: _, data, ...event }) => ({ ...event, data: JSON.parse(data) }))
      }),
    close: () => database.close(),
  }
}

describeProductStore('MySQL', open)
describeOrderStore('MySQL', open)
describeDeadLetterStore('MySQL', async () => {
  const database = new Database(mysqlOptions())
  return { store: new MysqlDeadLetterStore(database), close: () => database.close() }
})
