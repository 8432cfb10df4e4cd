import { randomBytes } from 'node:crypto'
import { type Database, MysqlDeadLetterStore, MysqlOrderStore, MysqlProductStore } from '@ecommerce/adapters/mysql'
import type { Outcome } from '@ecommerce/domain'
import { type Config, readConfig } from '@ecommerce/runtime/config'
import { aDeadLetter, aNewProduct, anAcceptedOrder } from '@ecommerce/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrate } from '../../infra/mysql/migrate'
import { openDatabase } from '../../infra/mysql/open-database'
import { resetOrders } from './reset-orders'

const OPTIONS = { yes: true, deadLetters: false }
const clock = () => new Date()

/** A separate database, so that the orders of other tests are kept. */
const config: Config = { ...readConfig(), MYSQL_DATABASE: `ecommerce_test_${randomBytes(6).toString('hex')}` }
let database: Database
let orders: MysqlOrderStore
let products: MysqlProductStore
beforeAll(async () => {
  await migrate(config)
  database = openDatabase(config)
  orders = new MysqlOrderStore(database, clock)
  products = new MysqlProductStore(database)
})
afterAll(async () => {
  await database.read((session) => session.write(`DROP DATABASE ${config.MYSQL_DATABASE}`))
  await database.close()
})

async function number(sql: string): Promise<number> {
  const [row] = await database.read((session) => session.rows<{ number: number }>(`SELECT (${sql}) AS number`))
  return Number(row?.number)
}

/** Checks that stock, ledger, orders and counts agree for all products. */
async function expectConsistentStock(): Promise<void> {
  const ledger = 'SELECT COALESCE(SUM(delta), 0) FROM stock_ledger WHERE product_id = p.id'
  const held = `SELECT COALESCE(SUM(quantity), 0) FROM order_lines JOIN orders o ON o.id = order_id
    WHERE product_id = p.id AND o.status IN ('confirmed', 'shipped', 'delivered')`
  const wrong = {
    onHand: await number(`SELECT COUNT(*) FROM products p WHERE stock <> (${ledger})`),
    putIn: await number(
      `SELECT COUNT(*) FROM products p WHERE stock + sold <> (${ledger} AND reason IN ('initial', 'adjustment'))`,
    ),
    sold: await number(`SELECT COUNT(*) FROM products p WHERE sold <> (${held})`),
    withoutLines: await number('SELECT COUNT(*) FROM orders WHERE id NOT IN (SELECT order_id FROM order_lines)'),
    withoutHistory: await number(
      "SELECT COUNT(*) FROM orders WHERE status IN ('shipped', 'cancelled') AND id NOT IN (SELECT order_id FROM order_history)",
    ),
    orphanLines: await number('SELECT COUNT(*) FROM order_lines WHERE order_id NOT IN (SELECT id FROM orders)'),
    orphanHistory: await number('SELECT COUNT(*) FROM order_history WHERE order_id NOT IN (SELECT id FROM orders)'),
    counts: await number('SELECT SUM(orders) - (SELECT COUNT(*) FROM orders) FROM order_counts'),
  }
  expect(wrong).toEqual(Object.fromEntries(Object.keys(wrong).map((name) => [name, 0])))
}

describe('npm run reset -- orders', () => {
  it('clears orders, and returns their units to stock with a ledger entry and an event', async () => {
    const product = await products.create(aNewProduct({ stock: 10 }), clock())
    await products.adjustStock({ productId: product.id, delta: 5, note: 'found' }, clock())
    const lines = [{ productId: product.id, quantity: 4 }]
    const [kept, cancelled] = [anAcceptedOrder({ lines }), anAcceptedOrder({ lines })]
    await orders.place([kept, cancelled])
    await orders.transition({ id: cancelled.id, to: 'cancelled', at: clock() })
    await new MysqlDeadLetterStore(database).record([aDeadLetter()])

    expect(await resetOrders.plan(config, OPTIONS)).toMatch(/^clear 2 orders in MySQL ecommerce_test_/)
    expect(await resetOrders.run(config, OPTIONS)).toBe('2 orders cleared, 4 units back in stock')

    const { onHand, sold, ledger } = await products.getInventory(product.id, { limit: 1 })
    expect({ onHand, sold }).toEqual({ onHand: 15, sold: 0 })
    expect(ledger.items).toMatchObject([{ delta: 4, reason: 'cancellation', note: 'orders cleared' }])
    expect(await orders.find(kept.id)).toBeUndefined()
    expect(await orders.count()).toEqual([])
    expect(await number('SELECT COUNT(*) FROM dead_letters')).toBe(1)
    const [event] = await database.read((session) =>
      session.rows<{ data: string }>(
        "SELECT data FROM outbox WHERE type = 'product_stock_changed' ORDER BY id DESC LIMIT 1",
      ),
    )
    expect(JSON.parse(event?.data ?? '')).toEqual({ id: product.id, stock: 15, delta: 4 })
    await expectConsistentStock()
  })

  it('clears dead letters too with --dead-letters, and can be repeated', async () => {
    await new MysqlDeadLetterStore(database).record([aDeadLetter()])

    const options = { ...OPTIONS, deadLetters: true }
    await resetOrders.run(config, options)

    expect(await number('SELECT COUNT(*) FROM dead_letters')).toBe(0)
    expect(await resetOrders.run(config, options)).toBe('0 orders and 0 dead letters cleared, 0 units back in stock')
  })

  it('clears orders only as a whole while orders are placed, shipped and cancelled', async () => {
    const stocked = await Promise.all([1, 2, 3].map(() => products.create(aNewProduct({ stock: 100_000 }), clock())))
    const shop = { isOpen: true, placed: 0, resets: 0 }
    const failures: unknown[] = []

    const buy = async (at: number): Promise<void> => {
      while (shop.isOpen) {
        const order = anAcceptedOrder({
          channel: at % 2 === 0 ? 'kafka' : 'rabbitmq',
          // Every fourth buyer orders an unknown product, which is rejected without locking any product.
          lines: (at % 4 === 3 ? [999_999] : stocked.map(({ id }) => id)).map((productId) => ({
            productId,
            quantity: 1,
          })),
        })
        const [outcome]: readonly (Outcome | undefined)[] = await orders.place([order])
        shop.placed += 1
        if (outcome?.kind !== 'confirmed') continue
        // An order may have been cleared meanwhile. Then it is unknown.
        await orders
          .transition({ id: order.id, to: at % 3 === 0 ? 'cancelled' : 'shipped', at: clock() })
          .catch((error) => {
            if (error.code !== 'not-found') throw error
          })
      }
    }
    const buyers = Array.from({ length: 8 }, (_, at) => buy(at).catch((error) => failures.push(error)))
    const someOrders = async () => {
      const { placed } = shop
      const done = () => failures.length > 0 || shop.placed > placed + 40
      await expect.poll(done, { timeout: 20_000 }).toBe(true)
    }
    for (; shop.resets < 4; shop.resets += 1) {
      await someOrders()
      await resetOrders.run(config, OPTIONS)
    }
    await someOrders()
    shop.isOpen = false
    await Promise.all(buyers)

    expect(failures).toEqual([])
    expect(await number('SELECT COUNT(*) FROM orders')).toBeGreaterThan(40)
    await expectConsistentStock()
  })
})
