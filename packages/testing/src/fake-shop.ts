import { randomUUID } from 'node:crypto'
import { type AcceptedOrder, OrderIds, OrderService, type Outcome, ProductService } from '@ecommerce/domain'
import { afterNoon, NOON } from './builders'
import { FakeOrderStore } from './fake-order-store'
import { FakeProductStore } from './fake-product-store'
import { FakePublisher } from './fake-publisher'
import { FakeTables } from './fake-tables'

/** The services with fakes of all their dependencies. The clock stands at noon until `setClock` is called. */
export function openFakeShop() {
  let now = NOON
  const clock = () => now
  const tables = new FakeTables()
  const productStore = new FakeProductStore(tables)
  const orderStore = new FakeOrderStore(tables, clock)
  const ids = new OrderIds({ secret: 'a secret of sixteen or more', clock, randomUuid: randomUUID })
  const publishers = { kafka: new FakePublisher(), rabbitmq: new FakePublisher() }
  const place = async (order: AcceptedOrder): Promise<Outcome> => {
    const [outcome] = await orderStore.place([order])
    if (!outcome) throw new Error('no outcome')
    return outcome
  }
  return {
    tables,
    productStore,
    orderStore,
    ids,
    publishers,
    products: new ProductService(productStore, clock),
    orders: new OrderService({
      store: orderStore,
      ids,
      clock,
      place,
      placeBatch: orderStore.place.bind(orderStore),
      publishers,
    }),
    /** Sets the clock to some milliseconds after noon. */
    setClock: (ms: number) => {
      now = afterNoon(ms)
    },
  }
}
