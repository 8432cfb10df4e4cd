import { describeDeadLetterStore, describeOrderStore, describeProductStore, type OpenStores } from './conformance'
import { FakeDeadLetterStore } from './fake-dead-letter-store'
import { FakeOrderStore } from './fake-order-store'
import { FakeProductStore } from './fake-product-store'
import { FakeTables } from './fake-tables'

const open: OpenStores = async (clock) => {
  const tables = new FakeTables()
  return {
    products: new FakeProductStore(tables),
    orders: new FakeOrderStore(tables, clock),
    eventsOf: async (aggregate, id) => tables.eventsOf(aggregate, id),
    close: async () => undefined,
  }
}

describeProductStore('the fake', open)
describeOrderStore('the fake', open)
describeDeadLetterStore('the fake', async () => ({ store: new FakeDeadLetterStore(), close: async () => undefined }))
