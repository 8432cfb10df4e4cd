import { randomUUID } from 'node:crypto'
import { connectionOptions, databaseOptions, MysqlOrderStore } from '@ecommerce/adapters/mysql'
import { type AcceptedOrder, isoTime, type Order, OrderIds, stockChanged } from '@ecommerce/domain'
import type { Config } from '@ecommerce/runtime/config'
import mysql, { type Connection } from 'mysql2/promise'
import { openDatabase } from '../infra/mysql/open-database'
import { orderEventRows } from '../layers/adapters/src/mysql/outbox'
import { type Finding, ratios } from './statistics'

const BATCH = 500
const BATCHES = 40
const PRODUCT = { id: 1, name: 'Wireless Mouse', priceCents: 2499 }

const ids = new OrderIds({ secret: 'bench-bench-bench', clock: () => new Date(), randomUuid: randomUUID })

/** `placeOrders` in batches of 500, compared with bare multi-row inserts of the same rows, in turn on one database. */
export async function benchPlacement(config: Config, repetitions: number): Promise<Finding[]> {
  const database = openDatabase(config)
  const store = new MysqlOrderStore(database, () => new Date())
  const connection = await mysql.createConnection(connectionOptions(databaseOptions(config)))
  const place = () => ordersPerSecond((orders) => store.place(orders))
  const insert = () => ordersPerSecond((orders) => insertRows(connection, orders))

  await place()
  await insert()
  const placed: number[] = []
  const inserted: number[] = []
  for (let repetition = 0; repetition < repetitions; repetition++) {
    placed.push(await place())
    inserted.push(await insert())
  }
  await connection.end()
  await database.close()
  return [
    { name: `bare multi-row inserts, batches of ${BATCH}`, samples: inserted, unit: 'orders/s' },
    { name: `placeOrders, batches of ${BATCH}`, samples: placed, unit: 'orders/s' },
    {
      name: 'placeOrders / bare inserts',
      samples: ratios(placed, inserted),
      unit: '',
      atLeast: 0.75,
    },
  ]
}

export async function ordersPerSecond(work: (orders: AcceptedOrder[]) => Promise<unknown>): Promise<number> {
  const batches = Array.from({ length: BATCHES }, () => Array.from({ length: BATCH }, () => acceptedOrder()))
  const startedAt = performance.now()
  for (const batch of batches) await work(batch)
  return (BATCHES * BATCH) / ((performance.now() - startedAt) / 1000)
}

export function acceptedOrder(channel: AcceptedOrder['channel'] = 'sync'): AcceptedOrder {
  const at = new Date()
  return {
    id: ids.mint(),
    userId: `user-${Math.floor(Math.random() * 10_000)}`,
    channel,
    lines: [{ productId: PRODUCT.id, quantity: 1 }],
    fingerprint: '0123456789abcdef0123456789abcdef',
    acceptedAt: at,
    consumedAt: at,
  }
}

/** The lower limit of the cost: only the rows of a placement, without its checks, in one transaction per batch. */
async function insertRows(connection: Connection, accepted: readonly AcceptedOrder[]): Promise<void> {
  const at = new Date()
  // As text, formatted once: mysql2 needs more time for a date.
  const time = isoTime(at).slice(0, -1)
  const orders = accepted.map((order): Order => {
    const lines = order.lines.map((line) => ({ ...line, name: PRODUCT.name, unitPriceCents: PRODUCT.priceCents }))
    return { ...order, status: 'confirmed', lines, totalCents: PRODUCT.priceCents, committedAt: at, updatedAt: at }
  })
  const { aggregate, aggregateId, type, version, data } = stockChanged(PRODUCT.id, 0, -orders.length, at)

  await connection.query('START TRANSACTION')
  await connection.query(
    `INSERT INTO orders (id, user_id, channel, status, reason, shortages, total_cents, fingerprint,
       accepted_at, consumed_at, committed_at, updated_at) VALUES ?`,
    [
      orders.map((o) => [
        o.id,
        o.userId,
        o.channel,
        o.status,
        null,
        null,
        o.totalCents,
        o.fingerprint,
        time,
        time,
        time,
        time,
      ]),
    ],
  )
  await connection.query(
    'INSERT INTO order_lines (order_id, line, product_id, name, unit_price_cents, quantity) VALUES ?',
    [
      orders.flatMap(({ id, lines }) =>
        lines.map((l, n) => [id, n, l.productId, l.name, l.unitPriceCents, l.quantity]),
      ),
    ],
  )
  await connection.query('INSERT INTO stock_ledger (product_id, delta, reason, note, order_id, created_at) VALUES ?', [
    orders.map(({ id }) => [PRODUCT.id, -1, 'order', null, id, time]),
  ])
  await connection.query(
    'INSERT INTO outbox (events, aggregate, aggregate_id, type, version, data, created_at) VALUES ?',
    [[...orderEventRows(orders, at), [1, aggregate, aggregateId, type, version, JSON.stringify(data), time]]],
  )
  await connection.query('COMMIT')
}
