import { randomUUID } from 'node:crypto'
import {
  type AcceptedOrder,
  GroupCommit,
  IllegalTransitionError,
  type NewProduct,
  type Outcome,
  type Product,
  type ProductId,
} from '@ecommerce/domain'
import { aNewProduct, anAcceptedOrder, atNoon, NOON } from '@ecommerce/testing'
import { mysqlOptions } from '@ecommerce/testing/mysql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Database } from './database'
import { MysqlOrderStore } from './mysql-order-store'
import { MysqlProductStore } from './mysql-product-store'

const POOLS = 4

/** Several pools stand for several processes. */
const databases = Array.from({ length: POOLS }, () => new Database(mysqlOptions()))
const stores = databases.map((database) => new MysqlOrderStore(database, atNoon))
const [database] = databases as [Database, ...Database[]]
const products = new MysqlProductStore(database)
/**
 * Opens all connections before the first race. Otherwise the first caller to connect would finish before the others
 * start.
 */
beforeAll(async () => {
  const { poolSize } = mysqlOptions()
  await Promise.all(
    databases.flatMap((one) => Array.from({ length: poolSize }, () => one.read((session) => session.rows('SELECT 1')))),
  )
})
afterAll(() => Promise.all(databases.map((one) => one.close())))

const create = (overrides: Partial<NewProduct> = {}) => products.create(aNewProduct(overrides), NOON)

function anOrderFor({ id }: Product, quantity = 1): AcceptedOrder {
  return anAcceptedOrder({ lines: [{ productId: id, quantity }] })
}

/** Places each order alone, spread over the pools. */
async function placeEach(orders: readonly AcceptedOrder[]): Promise<Outcome[]> {
  const outcomes = await Promise.all(orders.map((order, index) => stores[index % POOLS]?.place([order])))
  return outcomes.flatMap((batch) => batch ?? [])
}

function countKinds(outcomes: readonly Outcome[]): Partial<Record<Outcome['kind'], number>> {
  return Object.fromEntries(
    [...new Set(outcomes.map(({ kind }) => kind))].map((kind) => [
      kind,
      outcomes.filter((outcome) => outcome.kind === kind).length,
    ]),
  )
}

/** Checks the invariants of a product. @returns its units on hand and sold */
async function audit(id: ProductId): Promise<{ onHand: number; sold: number }> {
  const { onHand, sold } = await products.getInventory(id, { limit: 1 })
  const [ledger] = await database.read((session) =>
    session.rows<{ units: string; taken: string }>(
      `SELECT SUM(delta) AS units, -SUM(IF(reason IN ('order', 'cancellation'), delta, 0)) AS taken
       FROM stock_ledger WHERE product_id = ?`,
      [id],
    ),
  )
  const [orders] = await database.read((session) =>
    session.rows<{ units: string | null }>(
      `SELECT SUM(quantity) AS units FROM order_lines JOIN orders ON orders.id = order_id
       WHERE product_id = ? AND status IN ('confirmed', 'shipped', 'delivered')`,
      [id],
    ),
  )
  expect(Number(ledger?.units)).toBe(onHand)
  expect(Number(ledger?.taken)).toBe(sold)
  expect(Number(orders?.units ?? 0)).toBe(sold)
  return { onHand, sold }
}

describe('200 buyers of 50 units', () => {
  const SOLD_OUT = { onHand: 0, sold: 50 }

  it('get exactly 50 through one group commit', async () => {
    const lamp = await create({ stock: 50 })
    const [store] = stores
    const group = new GroupCommit((orders: AcceptedOrder[]) => store?.place(orders) ?? Promise.resolve([]), {
      maxBatch: 64,
      maxWaiting: 1_000,
    })

    const outcomes = await Promise.all(Array.from({ length: 200 }, () => group.submit(anOrderFor(lamp))))

    expect(countKinds(outcomes)).toEqual({ confirmed: 50, rejected: 150 })
    expect(await audit(lamp.id)).toEqual(SOLD_OUT)
  })

  it('get exactly 50 through several concurrent group commits', async () => {
    const lamp = await create({ stock: 50 })
    const groups = stores.map(
      (store) => new GroupCommit((orders: AcceptedOrder[]) => store.place(orders), { maxBatch: 16, maxWaiting: 1_000 }),
    )

    const outcomes = await Promise.all(
      Array.from({ length: 200 }, (_, buyer) => groups[buyer % POOLS]?.submit(anOrderFor(lamp))),
    )

    expect(countKinds(outcomes.flatMap((outcome) => outcome ?? []))).toEqual({ confirmed: 50, rejected: 150 })
    expect(await audit(lamp.id)).toEqual(SOLD_OUT)
  })

  it('get exactly 50 with one transaction each', async () => {
    const lamp = await create({ stock: 50 })

    const outcomes = await placeEach(Array.from({ length: 200 }, () => anOrderFor(lamp)))

    expect(countKinds(outcomes)).toEqual({ confirmed: 50, rejected: 150 })
    expect(await audit(lamp.id)).toEqual(SOLD_OUT)
  })

  it('get no more than the stock while it is adjusted and orders are cancelled', async () => {
    const lamp = await create({ stock: 50 })

    const buying = placeEach(Array.from({ length: 200 }, () => anOrderFor(lamp)))
    const adjusting = Promise.all(
      Array.from({ length: 10 }, () => products.adjustStock({ productId: lamp.id, delta: 1, note: 'found' }, NOON)),
    )
    const outcomes = await buying
    await adjusting
    const confirmed = outcomes.flatMap((outcome) => (outcome.kind === 'confirmed' ? [outcome.order.id] : []))
    await Promise.all(
      confirmed.slice(0, 20).map((id, index) => stores[index % POOLS]?.transition({ id, to: 'cancelled', at: NOON })),
    )

    const { onHand, sold } = await audit(lamp.id)
    expect(onHand + sold).toBe(60)
    expect(sold).toBe(confirmed.length - 20)
  })
})

describe('concurrent orders of several products', () => {
  it('all succeed, although their lines are in opposite orders', async () => {
    const lamp = await create({ stock: 1_000 })
    const chair = await create({ stock: 1_000 })
    const table = await create({ stock: 1_000 })
    const ids = [lamp.id, chair.id, table.id]
    const orders = Array.from({ length: 120 }, (_, index) => {
      const named = index % 2 === 0 ? ids : [...ids].reverse()
      return anAcceptedOrder({ lines: named.map((productId) => ({ productId, quantity: 1 })) })
    })

    const outcomes = await placeEach(orders)

    expect(countKinds(outcomes)).toEqual({ confirmed: 120 })
    for (const id of ids) expect(await audit(id)).toEqual({ onHand: 880, sold: 120 })
  })

  it('all succeed while others are cancelled', async () => {
    const lamp = await create({ stock: 500 })
    const chair = await create({ stock: 500 })
    const anOrderOf = (...ids: ProductId[]) =>
      anAcceptedOrder({ lines: ids.map((productId) => ({ productId, quantity: 1 })) })
    const earlier = Array.from({ length: 40 }, () => anOrderOf(chair.id, lamp.id))
    await stores[0]?.place(earlier)

    const cancelling = Promise.all(
      earlier.map(({ id }, index) => stores[index % POOLS]?.transition({ id, to: 'cancelled', at: NOON })),
    )
    const outcomes = await placeEach(Array.from({ length: 60 }, () => anOrderOf(lamp.id, chair.id)))
    await cancelling

    expect(countKinds(outcomes)).toEqual({ confirmed: 60 })
    for (const id of [lamp.id, chair.id]) expect(await audit(id)).toEqual({ onHand: 440, sold: 60 })
  })

  it('are placed as a whole or not at all in overlapping batches', async () => {
    const shelf = await Promise.all(Array.from({ length: 5 }, () => create({ stock: 30 })))
    const batches = Array.from({ length: 24 }, (_, batch) =>
      Array.from({ length: 5 }, (_, order) => {
        const some = shelf.filter((_, index) => (batch + order + index) % 2 === 0)
        const named = batch % 2 === 0 ? some : some.reverse()
        return anAcceptedOrder({ lines: named.map(({ id }) => ({ productId: id, quantity: 1 })) })
      }),
    )

    const outcomes = await Promise.all(batches.map((batch, index) => stores[index % POOLS]?.place(batch)))

    expect(outcomes.flatMap((batch) => batch ?? [])).toHaveLength(120)
    for (const { id } of shelf) {
      const { onHand, sold } = await audit(id)
      expect(onHand + sold).toBe(30)
    }
  })
})

describe('one id placed 50 times concurrently', () => {
  it('becomes one order and duplicates of it', async () => {
    const lamp = await create({ stock: 50 })
    const order = anOrderFor(lamp)

    const outcomes = await placeEach(Array.from({ length: 50 }, () => order))

    expect(countKinds(outcomes)).toEqual({ confirmed: 1, duplicate: 49 })
    const [confirmed] = outcomes.filter(({ kind }) => kind === 'confirmed')
    const first = confirmed?.kind === 'confirmed' ? confirmed.order : undefined
    for (const outcome of outcomes) {
      if (outcome.kind === 'duplicate') expect(outcome).toEqual({ kind: 'duplicate', first, sameRequest: true })
    }
    expect(await audit(lamp.id)).toEqual({ onHand: 49, sold: 1 })
  })

  it('becomes one order even if each request has another product, so that only the id conflicts', async () => {
    const shelf = await Promise.all(Array.from({ length: 10 }, () => create({ stock: 5 })))
    const id = randomUUID()
    const orders = shelf.map((product, index) => ({
      ...anOrderFor(product),
      id,
      fingerprint: String(index).padStart(32, '0'),
    }))

    const outcomes = await placeEach([...orders, ...orders, ...orders, ...orders, ...orders])

    const kinds = countKinds(outcomes)
    expect(kinds).toEqual({ confirmed: 1, duplicate: 49 })
    const sold = await Promise.all(shelf.map((product) => audit(product.id)))
    expect(sold.reduce((sum, product) => sum + product.sold, 0)).toBe(1)
  })

  it('does not prevent the rest of its batch', async () => {
    const lamp = await create({ stock: 100 })
    const order = anOrderFor(lamp)

    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) => stores[index % POOLS]?.place([anOrderFor(lamp), order])),
    )

    expect(countKinds(outcomes.flatMap((batch) => batch ?? []))).toEqual({ confirmed: 21, duplicate: 19 })
    expect(await audit(lamp.id)).toEqual({ onHand: 79, sold: 21 })
  })
})

describe('an order of an earlier version, which recorded the placement in the history', () => {
  it('changes its status and lists its status changes like any other', async () => {
    const order = anOrderFor(await create({ stock: 5 }))
    await stores[0]?.place([order])
    await database.transaction((session) =>
      session.write("INSERT INTO order_history (order_id, step, status, at) VALUES (?, 1, 'confirmed', ?)", [
        order.id,
        NOON,
      ]),
    )

    await stores[0]?.transition({ id: order.id, to: 'shipped', at: NOON })

    expect(await stores[0]?.findStatusChanges(order.id)).toEqual([{ status: 'shipped', at: NOON }])
  })
})

describe('one order cancelled 40 times concurrently', () => {
  it('is cancelled once, and returns its units once', async () => {
    const lamp = await create({ stock: 5 })
    const order = anOrderFor(lamp, 2)
    await stores[0]?.place([order])

    const cancellations = await Promise.allSettled(
      Array.from({ length: 40 }, (_, index) =>
        stores[index % POOLS]?.transition({ id: order.id, to: 'cancelled', at: NOON }),
      ),
    )

    const refused = cancellations.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    expect(refused).toHaveLength(39)
    for (const error of refused) expect(error).toBeInstanceOf(IllegalTransitionError)
    expect(await audit(lamp.id)).toEqual({ onHand: 5, sold: 0 })
    expect(await stores[0]?.findStatusChanges(order.id)).toHaveLength(1)
  })
})

describe('a large batch', () => {
  it('of 500 orders of 50 lines is placed', async () => {
    const shelf = await Promise.all(Array.from({ length: 50 }, () => create({ stock: 400 })))
    const lines = shelf.map(({ id }) => ({ productId: id, quantity: 1 }))

    const outcomes = await stores[0]?.place(Array.from({ length: 500 }, () => anAcceptedOrder({ lines })))

    expect(countKinds(outcomes ?? [])).toEqual({ confirmed: 400, rejected: 100 })
    for (const { id } of shelf.slice(0, 3)) expect(await audit(id)).toEqual({ onHand: 0, sold: 400 })
  })
})

describe('an order for a known product that has changed meanwhile', () => {
  const [store, elsewhere] = stores as [MysqlOrderStore, MysqlOrderStore, ...MysqlOrderStore[]]

  async function known(overrides: Partial<NewProduct> = {}): Promise<Product> {
    const product = await create({ stock: 10, ...overrides })
    expect(await store.place([anOrderFor(product)])).toMatchObject([{ kind: 'confirmed' }])
    return product
  }

  it('has the current name and price, even if only the case of a letter has changed', async () => {
    const product = await known({ name: 'mug', priceCents: 900 })
    await products.update({ id: product.id, changes: { name: 'Mug', priceCents: 950 }, at: NOON })

    expect(await store.place([anOrderFor(product, 2)])).toMatchObject([
      { kind: 'confirmed', order: { totalCents: 1900, lines: [{ name: 'Mug', unitPriceCents: 950 }] } },
    ])
    expect(await audit(product.id)).toEqual({ onHand: 7, sold: 3 })
  })

  it('is refused when the product is deleted, and when its row is gone', async () => {
    const [deleted, gone] = [await known(), await known()]
    await products.delete({ id: deleted.id, at: NOON })
    await database.read((session) => session.write('DELETE FROM products WHERE id = ?', [gone.id]))

    for (const product of [deleted, gone]) {
      const order = anOrderFor(product)
      expect(await store.place([order])).toEqual([{ kind: 'unknown-product', productIds: [product.id] }])
      expect(await store.find(order.id)).toBeUndefined()
    }
  })

  it('gets the units that others have left, or is rejected', async () => {
    const product = await known()
    expect(await elsewhere.place([anOrderFor(product, 8)])).toMatchObject([{ kind: 'confirmed' }])

    expect(await store.place([anOrderFor(product, 2), anOrderFor(product, 1)])).toMatchObject([
      { kind: 'rejected', order: { shortages: [{ requested: 2, available: 1 }] } },
      { kind: 'confirmed' },
    ])
    expect(await audit(product.id)).toEqual({ onHand: 0, sold: 10 })
  })

  it('is placed once when it was placed before, together with its batch', async () => {
    const product = await known()
    const first = anOrderFor(product)
    await elsewhere.place([first])

    expect(await store.place([anOrderFor(product), first])).toMatchObject([
      { kind: 'confirmed' },
      { kind: 'duplicate', sameRequest: true },
    ])
    expect(await audit(product.id)).toEqual({ onHand: 7, sold: 3 })
  })

  it('can use returned units', async () => {
    const product = await known({ stock: 1 })
    await products.adjustStock({ productId: product.id, delta: 5, note: 'restock' }, NOON)

    expect(await store.place([anOrderFor(product, 5)])).toMatchObject([{ kind: 'confirmed' }])
    expect(await audit(product.id)).toEqual({ onHand: 0, sold: 6 })
  })
})
