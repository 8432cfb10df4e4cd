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
import { ORDER_EVENTS, OUTBOX_COLUMNS, type OutboxRow, toRecordedEvents } from './outbox-rows'

const open: OpenStores = async (clock) => {
  const database = new Database(mysqlOptions())
  return {
    products: new MysqlProductStore(database),
    orders: new MysqlOrderStore(database, clock),
    eventsOf: (aggregate, id) =>
      database.read(async (session) => {
        const rows = await session.rows<OutboxRow>(
          `SELECT ${OUTBOX_COLUMNS} FROM outbox WHERE type = ? OR (aggregate = ? AND aggregate_id = ?) ORDER BY id`,
          [ORDER_EVENTS, aggregate, String(id)],
        )
        return rows
          .flatMap(toRecordedEvents)
          .filter((event) => event.aggregate === aggregate && event.aggregateId === String(id))
          .map(({ id: _, data, ...event }) => ({ ...event, data: JSON.parse(data) }))
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
