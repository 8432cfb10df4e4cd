import type { DomainEvent } from '@ecommerce/domain'
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

interface OutboxRow {
  aggregate: DomainEvent['aggregate']
  aggregate_id: string
  type: DomainEvent['type']
  version: 1
  data: string
  created_at: Date
}

const open: OpenStores = async (clock) => {
  const database = new Database(mysqlOptions())
  return {
    products: new MysqlProductStore(database),
    orders: new MysqlOrderStore(database, clock),
    eventsOf: (aggregate, id) =>
      database.read(async (session) => {
        const rows = await session.rows<OutboxRow>(
          'SELECT * FROM outbox WHERE aggregate = ? AND aggregate_id = ? ORDER BY id',
          [aggregate, String(id)],
        )
        return rows.map(toEvent)
      }),
    close: () => database.close(),
  }
}

function toEvent({ aggregate, aggregate_id, type, version, data, created_at }: OutboxRow): DomainEvent {
  return { aggregate, aggregateId: aggregate_id, type, version, data: JSON.parse(data), at: created_at }
}

describeProductStore('MySQL', open)
describeOrderStore('MySQL', open)
describeDeadLetterStore('MySQL', async () => {
  const database = new Database(mysqlOptions())
  return { store: new MysqlDeadLetterStore(database), close: () => database.close() }
})
