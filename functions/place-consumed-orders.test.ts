import { randomUUID } from 'node:crypto'
import {
  type AcceptedOrder,
  DeadLetterPublisher,
  type MessagePublisher,
  OrderIds,
  OrderService,
  type Outcome,
  type OutgoingMessage,
  orderPlaced,
  UnavailableError,
} from '@ecommerce/domain'
import { kafkaMessages } from '@ecommerce/runtime'
import {
  afterNoon,
  aNewProduct,
  anAcceptedOrder,
  atNoon,
  FakeOrderStore,
  FakeProductStore,
  FakePublisher,
  FakeTables,
  kafkaEvent,
  NOON,
} from '@ecommerce/testing'
import { describe, expect, it } from 'vitest'
import { placeConsumedOrders } from './place-consumed-orders'

class UnavailablePublisher implements MessagePublisher {
  async publish(): Promise<void> {
    throw new UnavailableError('Kafka')
  }
}

async function setUp({ stock = 10, dlq = new FakePublisher() as FakePublisher | UnavailablePublisher } = {}) {
  const tables = new FakeTables()
  const product = await new FakeProductStore(tables).create(aNewProduct({ stock }), atNoon())
  const store = new FakeOrderStore(tables, atNoon)
  const batches: (readonly AcceptedOrder[])[] = []
  const database = { isDown: false }
  async function placeBatch(orders: readonly AcceptedOrder[]): Promise<readonly Outcome[]> {
    if (database.isDown) throw new UnavailableError('MySQL')
    batches.push(orders)
    return store.place(orders)
  }
  const ids = new OrderIds({ secret: 'secret-of-this-test', clock: atNoon, randomUuid: randomUUID })
  const publishers = { kafka: new FakePublisher(), rabbitmq: new FakePublisher() }
  const place = () => Promise.reject(new Error('consumers place batches'))
  const orders = new OrderService({ store, ids, clock: atNoon, place, placeBatch, publishers })
  return {
    tables,
    batches,
    database,
    published: () => (dlq instanceof FakePublisher ? dlq.published : []),
    order: (overrides: Partial<AcceptedOrder> = {}) =>
      anAcceptedOrder({ channel: 'kafka', lines: [{ productId: product.id, quantity: 1 }], ...overrides }),
    consume: (messages: readonly OutgoingMessage[]) =>
      placeConsumedOrders(
        kafkaMessages(kafkaEvent(messages, { topic: 'orders' })),
        orders,
        new DeadLetterPublisher(dlq, atNoon),
        { clock: atNoon, toleranceMs: 300_000 },
      ),
  }
}

const garbage = (id: string): OutgoingMessage => ({ id, key: 'ann', body: 'not json', headers: {} })

describe('a consumed batch', () => {
  it('is placed in one transaction', async () => {
    const { tables, batches, order, consume } = await setUp()
    const orders = [order(), order(), order()]

    const result = await consume(orders.map((one) => orderPlaced(one)))

    expect(batches).toHaveLength(1)
    expect([...tables.orders.keys()]).toEqual(orders.map(({ id }) => id))
    expect(result).toEqual({ deadLettered: [] })
  })

  it('rejects the orders that the stock does not cover, which are no dead letters', async () => {
    const { tables, published, order, consume } = await setUp({ stock: 1 })
    const [first, second] = [order(), order()]

    await consume([orderPlaced(first), orderPlaced(second)])

    expect([...tables.orders.values()].map(({ status }) => status)).toEqual(['confirmed', 'rejected'])
    expect(published()).toEqual([])
  })

  it('changes nothing when it is delivered again', async () => {
    const { tables, published, order, consume } = await setUp()
    const messages = [orderPlaced(order()), orderPlaced(order())]
    await consume(messages)
    const ledger = [...tables.ledger]

    const result = await consume(messages)

    expect(tables.orders.size).toBe(2)
    expect(tables.ledger).toEqual(ledger)
    expect(published()).toEqual([])
    expect(result).toEqual({ deadLettered: [] })
  })

  it('dead-letters what can never succeed, and places the rest', async () => {
    const { tables, published, order, consume } = await setUp()
    const good = order()

    const { deadLettered } = await consume([garbage('bad-1'), orderPlaced(good), garbage('bad-2')])

    expect([...tables.orders.keys()]).toEqual([good.id])
    expect(published().map(({ id, headers }) => [id, headers['dead-letter-cause']])).toEqual([
      ['bad-1', 'malformed-json'],
      ['bad-2', 'malformed-json'],
    ])
    expect(deadLettered?.map(({ message, cause }) => [message.id, cause.code])).toEqual([
      ['bad-1', 'malformed-json'],
      ['bad-2', 'malformed-json'],
    ])
  })

  it('dead-letters an order that was accepted at an implausible time, and places the rest', async () => {
    const { tables, published, order, consume } = await setUp()
    const [early, good, late] = [order({ acceptedAt: new Date(0) }), order(), order({ acceptedAt: afterNoon(300_001) })]

    await consume([early, good, late].map((one) => orderPlaced(one)))

    expect([...tables.orders.keys()]).toEqual([good.id])
    expect(published().map(({ id, headers }) => [id, headers['dead-letter-cause']])).toEqual([
      [early.id, 'implausible-time'],
      [late.id, 'implausible-time'],
    ])
  })

  it('acknowledges a recorded order that a step of the clock makes implausible, but no order with other lines', async () => {
    const { tables, published, order, consume } = await setUp()
    const recorded = order()
    await consume([orderPlaced(recorded)])

    const later = { ...recorded, acceptedAt: afterNoon(3_600_000) }
    await consume([orderPlaced(later)])
    expect(published()).toEqual([])

    await consume([orderPlaced({ ...later, lines: later.lines.map((line) => ({ ...line, quantity: 2 })) })])
    expect(published().map(({ id }) => id)).toEqual([recorded.id])
    expect(tables.orders.size).toBe(1)
  })

  it('records times in order, although the clock that accepted an order is ahead', async () => {
    const { tables, order, consume } = await setUp()
    const ahead = order({ acceptedAt: afterNoon(300_000) })

    await consume([orderPlaced(ahead)])

    expect(tables.orders.get(ahead.id)).toMatchObject({ acceptedAt: NOON, consumedAt: NOON, committedAt: NOON })
  })

  it('dead-letters an order whose idempotency key was used for another order', async () => {
    const { tables, published, order, consume } = await setUp()
    const first = order()
    await consume([orderPlaced(first)])

    await consume([orderPlaced({ ...first, lines: first.lines.map((line) => ({ ...line, quantity: 2 })) })])

    expect(tables.orders.get(first.id)?.lines).toMatchObject([{ quantity: 1 }])
    expect(published().map(({ id, headers }) => [id, headers['dead-letter-cause']])).toEqual([
      [first.id, 'idempotency-key-reused'],
    ])
  })

  it('fails as a whole while the database is down: nothing is dead-lettered, and the batch can come again', async () => {
    const { tables, database, published, order, consume } = await setUp()
    const messages = [garbage('bad'), orderPlaced(order())]

    database.isDown = true
    await expect(consume(messages)).rejects.toThrow(UnavailableError)
    expect(published()).toEqual([])

    database.isDown = false
    await consume(messages)
    expect(tables.orders.size).toBe(1)
    expect(published()).toHaveLength(1)
  })

  it('fails while the dead letters cannot be published, so that none is lost', async () => {
    const { consume } = await setUp({ dlq: new UnavailablePublisher() })

    await expect(consume([garbage('bad')])).rejects.toThrow(UnavailableError)
  })

  it('queries no database when none of its messages is an order', async () => {
    const { batches, consume } = await setUp()

    await consume([garbage('bad')])

    expect(batches).toEqual([])
  })
})
