import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseConfig } from '@ecommerce/runtime/config'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { openDatabase } from '../infra/mysql/open-database'
import { anyFreePort } from '../tools/local/free-port'
import { childEnvironment } from '../tools/local/run'
import { auditStock } from './audit-stock'
import { type Assignments, ConsumerGroup } from './consumer-group'
import { expectProblem } from './expect-problem'
import { readMetrics } from './read-metrics'
import { ServerProcess } from './server-process'
import { ShopClient, uniqueWord } from './shop-client'

const ROOT = join(import.meta.dirname, '..')
const CHANNELS = ['/orders/sync', '/orders/async/kafka', '/orders/async/rabbitmq'] as const
const WITHIN = { timeout: 60_000, interval: 50 }
const STOCK = 1_000_000

const config = parseConfig(childEnvironment())
const database = openDatabase(config)
const consumers = new ConsumerGroup(config.KAFKA_BROKERS, config.KAFKA_GROUP_ID)
let server: ServerProcess
let client: ShopClient

beforeAll(async () => {
  const port = await anyFreePort()
  const program = join(ROOT, 'tools', 'serve', 'serve.ts')
  server = await ServerProcess.start({
    name: 'three instances',
    command: process.execPath,
    args: ['--import', 'tsx', program, '--no-servers', '--instances', '3', '--port', String(port)],
    cwd: ROOT,
    port,
    alivePath: '/health',
    environment: {},
  })
  client = new ShopClient(server.url)
})

afterAll(async () => {
  const ending = await server.stop()
  await Promise.all([client.close(), database.close(), consumers.close()])
  expect(ending).toEqual({ code: 0, signal: null })
})

const BUYERS = 30
/** The interval of one buyer: together they send 300 orders per second, or fewer on a slow machine. */
const ORDER_EVERY_MS = 100

/** Buyers who use all channels in turn until they are stopped. */
class Buyers {
  /** The number of responses with each status, and of each kind of failure. */
  readonly outcomes = new Map<number | string, number>()
  /** The ids of the accepted orders. */
  readonly ids: string[] = []
  /** The reasons of all failed requests, including those that were repeated. */
  readonly failures: string[] = []
  readonly #done: Promise<unknown>
  #isOpen = true

  constructor(private readonly productIds: readonly number[]) {
    this.#done = Promise.all(Array.from({ length: BUYERS }, (_, first) => this.#buy(first)))
  }

  get accepted(): number {
    return (this.outcomes.get(201) ?? 0) + (this.outcomes.get(202) ?? 0)
  }

  async stop(): Promise<void> {
    this.#isOpen = false
    await this.#done
  }

  async #buy(first: number): Promise<void> {
    for (let sent = first; this.#isOpen; sent++) {
      const product_id = this.productIds[sent % this.productIds.length]
      const order = { user_id: uniqueWord(), product_id, quantity: 1 }
      const [outcome] = await Promise.all([this.#send(CHANNELS[sent % 3] ?? CHANNELS[0], order), delay(ORDER_EVERY_MS)])
      this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1)
    }
  }

  /**
   * Repeats a request whose connection was closed while it was sent, as every client of a keep-alive connection must.
   * The key makes it the same order, whether or not the first request arrived.
   */
  async #send(path: string, order: object, key = uniqueWord(), mayRepeat = true): Promise<number | string> {
    try {
      const { status, body } = await client.post(path, order, { 'idempotency-key': key })
      if (status >= 300) return JSON.stringify(body)
      this.ids.push((body as { id: string }).id)
      return status
    } catch (error) {
      this.failures.push(String(error))
      return mayRepeat ? this.#send(path, order, key, false) : String(error)
    }
  }
}

it('a hot product that is ordered on all channels from three instances is sold to the last unit and never oversold', async () => {
  const { id } = await client.createProduct({ stock: 50 })

  const responses = await Promise.all(
    Array.from({ length: 300 }, (_, at) =>
      client.post(CHANNELS[at % 3] ?? CHANNELS[0], { user_id: `buyer-${at}`, product_id: id, quantity: 1 }),
    ),
  )

  const accepted = responses.filter(({ status }) => status < 300).map(({ body }) => (body as { id: string }).id)
  const refused = responses.filter(({ status }) => status >= 300)
  for (const response of refused) expectProblem(response, 'insufficient-stock')
  expect(accepted.length).toBeGreaterThanOrEqual(200)
  await vi.waitFor(async () => {
    expect(await countOrders('confirmed', accepted)).toBe(50)
    expect(await countOrders('rejected', accepted)).toBe(accepted.length - 50)
  }, WITHIN)
  expect(await auditStock(database, id)).toEqual({ onHand: 0, sold: 50 })
  expect(await confirmedByAllInstances()).toBe(50)
}, 90_000)

/** The sum of a metric over the instances. Each is scraped by itself, as Prometheus does. */
async function confirmedByAllInstances(): Promise<number> {
  const [{ targets }] = JSON.parse(await readFile(join(ROOT, '.local', `instances-${server.port}.json`), 'utf8'))
  expect(targets).toHaveLength(3)
  let confirmed = 0
  for (const target of targets) {
    const instance = new ShopClient(`http://${target}`)
    const metrics = await readMetrics(instance)
    for (const channel of ['sync', 'kafka', 'rabbitmq']) {
      confirmed += metrics.value('ecommerce_orders_total', { channel, outcome: 'confirmed', reason: 'none' }) ?? 0
    }
    await instance.close()
  }
  return confirmed
}

it('three instances are replaced one after another under load without a failed request or a lost order', async () => {
  const products = await Promise.all(Array.from({ length: 20 }, () => client.createProduct({ stock: STOCK })))
  const ids = products.map(({ id }) => id)
  const buyers = new Buyers(ids)
  await vi.waitFor(() => expect(buyers.accepted).toBeGreaterThan(300), WITHIN)

  server.signal('SIGHUP')
  await vi.waitFor(() => expect(isRestarted()).toBe(true), WITHIN)
  const soFar = buyers.accepted
  await vi.waitFor(() => expect(buyers.accepted).toBeGreaterThan(soFar + 300), WITHIN)
  await buyers.stop()

  expect(server.log.match(/ended with code 0, \d+ is in its place/g)).toHaveLength(3)
  expect([...buyers.outcomes.keys()].sort()).toEqual([201, 202])
  const sold = async () => (await Promise.all(ids.map((id) => client.getInventory(id)))).map((stock) => stock.sold)
  await vi.waitFor(
    async () => expect((await sold()).reduce((sum, each) => sum + each, 0)).toBe(buyers.accepted),
    WITHIN,
  )
  for (const id of ids) await auditStock(database, id)
}, 180_000)

it('an instance that is killed under load is replaced, and accepted orders are placed within 15 s', async () => {
  const products = await Promise.all(Array.from({ length: 20 }, () => client.createProduct({ stock: STOCK })))
  const productIds = products.map(({ id }) => id)
  const victim = instances().at(-1) ?? Number.NaN
  const before = await eachHasOnePartition()
  const buyers = new Buyers(productIds)
  await vi.waitFor(() => expect(buyers.accepted).toBeGreaterThan(300), WITHIN)

  process.kill(victim, 'SIGKILL')
  const acceptedByThen = [...buyers.ids]
  const { ids } = buyers
  await vi.waitFor(async () => expect(await countOrders('confirmed', acceptedByThen)).toBe(acceptedByThen.length), {
    timeout: 15_000,
    interval: 50,
  })
  await vi.waitFor(() => expect(ids.length).toBeGreaterThan(acceptedByThen.length + 300), WITHIN)
  await buyers.stop()

  // A buyer has one request in flight, so at most one request per buyer may fail. Its order may be placed or not.
  const responses = [...buyers.outcomes.values()].reduce((sum, times) => sum + times, 0)
  const failed = responses - buyers.accepted
  expect(failed, JSON.stringify([...buyers.outcomes])).toBeLessThanOrEqual(BUYERS)
  expect(buyers.failures).not.toContain('HeadersTimeoutError: Headers Timeout Error')
  expect(new Set(ids).size).toBe(ids.length)
  await vi.waitFor(async () => expect(await countOrders('confirmed', ids)).toBe(ids.length), WITHIN)
  const stocks = await Promise.all(productIds.map((id) => client.getInventory(id)))
  const sold = stocks.reduce((sum, stock) => sum + stock.sold, 0)
  expect(sold).toBeGreaterThanOrEqual(ids.length)
  expect(sold).toBeLessThanOrEqual(ids.length + failed)
  for (const id of productIds) await auditStock(database, id)
  await vi.waitFor(() => expect(server.log).toContain(`instance ${victim} ended by itself: SIGKILL`), WITHIN)
  await vi.waitFor(() => expect(instances().at(-1)).not.toBe(victim), WITHIN)
  expect(keptFrom(before, await eachHasOnePartition())).toHaveLength(2)
}, 120_000)

/** The process ids in the order of their start, including instances that have ended. */
function instances(): number[] {
  return [...server.log.matchAll(/^instance (\d+) serves$/gm)].map(([, pid]) => Number(pid))
}

async function eachHasOnePartition(): Promise<Assignments> {
  return vi.waitFor(async () => {
    const assignments = await consumers.assignments(config.KAFKA_TOPIC)
    expect(Object.values(assignments).flat().sort()).toEqual([0, 1, 2])
    expect(Object.values(assignments).map(({ length }) => length)).toEqual([1, 1, 1])
    return assignments
  }, WITHIN)
}

/** The members whose partitions did not change. */
function keptFrom(before: Assignments, after: Assignments): string[] {
  return Object.keys(after).filter((member) => String(after[member]) === String(before[member]))
}

async function countOrders(status: string, ids: string[]): Promise<number> {
  const [row] = await database.read((session) =>
    session.rows<{ many: number }>('SELECT COUNT(*) AS many FROM orders WHERE status = ? AND id IN (?)', [status, ids]),
  )
  return row?.many ?? 0
}

function isRestarted(): boolean {
  return /^restarted$/m.test(server.log)
}
