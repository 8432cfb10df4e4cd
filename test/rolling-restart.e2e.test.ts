import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseConfig } from '@ecommerce/runtime/config'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { anyFreePort } from '../infra/local/free-port'
import { childEnvironment } from '../infra/local/run'
import { openDatabase } from '../infra/mysql/open-database'
import { auditStock } from './audit-stock'
import { ServerProcess } from './server-process'
import { ShopClient, uniqueWord } from './shop-client'

const ROOT = join(import.meta.dirname, '..')
const CHANNELS = ['/orders/sync', '/orders/async/kafka', '/orders/async/rabbitmq'] as const
const WITHIN = { timeout: 60_000, interval: 50 }
const STOCK = 1_000_000

const database = openDatabase(parseConfig(childEnvironment()))
let server: ServerProcess
let client: ShopClient

beforeAll(async () => {
  const port = await anyFreePort()
  const program = join(ROOT, 'infra', 'function-host', 'serve.ts')
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
  await Promise.all([client.close(), database.close()])
  expect(ending).toEqual({ code: 0, signal: null })
})

const BUYERS = 30
/** Of one buyer: together they send 300 orders a second, or what the machine can do. */
const ORDER_EVERY_MS = 100

/** Buyers of all channels in turn, until they are stopped. */
class Buyers {
  /** How often each status, or failure to get one, came. */
  readonly outcomes = new Map<number | string, number>()
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
   * Repeats a request whose connection was closed as it went out, as every client of a keep-alive connection must be
   * ready to: under its key it is the same order, whether or not the first one arrived.
   */
  async #send(path: string, order: object, key = uniqueWord(), mayRepeat = true): Promise<number | string> {
    try {
      const { status, body } = await client.post(path, order, { 'idempotency-key': key })
      return status < 300 ? status : JSON.stringify(body)
    } catch (error) {
      return mayRepeat ? this.#send(path, order, key, false) : String(error)
    }
  }
}

it('three instances are replaced one after another under load: no request fails, no accepted order is lost', async () => {
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

it('an instance that is killed under load leaves its orders to the others within 15 s, and is replaced', async () => {
  const products = await Promise.all(Array.from({ length: 20 }, () => client.createProduct({ stock: STOCK })))
  const ids = products.map(({ id }) => id)
  const [victim] = [...server.log.matchAll(/, (\d+) is in its place/g)].map(([, pid]) => Number(pid))
  const serving = () => server.log.match(/"msg":"serving"/g)?.length ?? 0
  const before = serving()
  const buyers = new Buyers(ids)
  await vi.waitFor(() => expect(buyers.accepted).toBeGreaterThan(300), WITHIN)

  process.kill(victim ?? Number.NaN, 'SIGKILL')
  const soFar = buyers.accepted
  await vi.waitFor(() => expect(buyers.accepted).toBeGreaterThan(soFar + 300), WITHIN)
  await buyers.stop()

  // What was asked of the one that died, twice, may have been placed without an answer.
  const unknown = [...buyers.outcomes].filter(([outcome]) => outcome !== 201 && outcome !== 202)
  const most = buyers.accepted + unknown.reduce((sum, [, times]) => sum + times, 0)
  await vi.waitFor(
    async () => {
      const stocks = await Promise.all(ids.map((id) => client.getInventory(id)))
      const sold = stocks.reduce((sum, stock) => sum + stock.sold, 0)
      expect(sold).toBeGreaterThanOrEqual(buyers.accepted)
      expect(sold).toBeLessThanOrEqual(most)
    },
    { timeout: 15_000, interval: 50 },
  )
  for (const id of ids) await auditStock(database, id)
  await vi.waitFor(() => expect(server.log).toContain(`instance ${victim} ended by itself: SIGKILL`), WITHIN)
  await vi.waitFor(() => expect(serving()).toBe(before + 1), WITHIN)
  expect(await client.get('/health')).toMatchObject({ status: 200 })
}, 120_000)

function isRestarted(): boolean {
  return /^restarted$/m.test(server.log)
}
