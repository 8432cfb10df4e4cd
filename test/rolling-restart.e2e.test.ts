import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseConfig } from '@ecommerce/runtime/config'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { anyFreePort } from '../infra/local/free-port'
import { childEnvironment } from '../infra/local/run'
import { openDatabase } from '../infra/mysql/open-database'
import { auditStock } from './audit-stock'
import { ServerProcess } from './server-process'
import { type Method, ShopClient, uniqueWord } from './shop-client'

const ROOT = join(import.meta.dirname, '..')
const CHANNELS = ['/orders/sync', '/orders/async/kafka', '/orders/async/rabbitmq'] as const
const ORDERS_PER_SECOND = 300
const WITHIN = { timeout: 60_000, interval: 50 }

let server: ServerProcess
let client: ShopClient
const database = openDatabase(parseConfig(childEnvironment()))

beforeAll(async () => {
  const port = await anyFreePort()
  server = await ServerProcess.start({
    name: 'three instances',
    command: process.execPath,
    args: [
      '--import',
      'tsx',
      join(ROOT, 'infra', 'function-host', 'serve.ts'),
      '--no-servers',
      '--instances',
      '3',
      '--port',
      String(port),
    ],
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

/** Orders at a steady rate on all channels in turn, whether or not answers come, until it is stopped. */
class Buyers {
  readonly statuses = new Map<number | string, number>()
  #isOpen = true
  #sent: Promise<void>[] = []
  readonly #done: Promise<void>

  constructor(private readonly productId: number) {
    this.#done = this.#keepRate()
  }

  async stop(): Promise<void> {
    this.#isOpen = false
    await this.#done
    await Promise.all(this.#sent)
  }

  count(...statuses: readonly (number | string)[]): number {
    return statuses.reduce<number>((sum, status) => sum + (this.statuses.get(status) ?? 0), 0)
  }

  async #keepRate(): Promise<void> {
    const startedAt = performance.now()
    for (let sent = 0; this.#isOpen; sent++) {
      const dueMs = (sent / ORDERS_PER_SECOND) * 1_000 - (performance.now() - startedAt)
      if (dueMs > 1) await delay(dueMs)
      this.#sent.push(this.#send(CHANNELS[sent % CHANNELS.length] ?? CHANNELS[0]))
    }
  }

  async #send(path: (typeof CHANNELS)[number]): Promise<void> {
    const json = { user_id: uniqueWord(), product_id: this.productId, quantity: 1 }
    const outcome = await client.send('POST' satisfies Method, path, { json }).then(
      ({ status }) => status,
      (error: Error) => error.message,
    )
    this.statuses.set(outcome, (this.statuses.get(outcome) ?? 0) + 1)
  }
}

it('replaces three instances one after another under load: no request fails, no accepted order is lost', {
  timeout: 180_000,
}, async () => {
  const { id } = await client.createProduct({ stock: 1_000_000 })
  const buyers = new Buyers(id)
  await vi.waitFor(() => expect(buyers.count(201)).toBeGreaterThan(100), WITHIN)

  server.signal('SIGHUP')
  await vi.waitFor(() => expect(server.log).toMatch(/^restarted$/m), WITHIN)
  const during = buyers.count(201, 202)
  await vi.waitFor(() => expect(buyers.count(201, 202)).toBeGreaterThan(during + 300), WITHIN)
  await buyers.stop()

  expect(server.log.match(/ended with code 0/g)).toHaveLength(3)
  expect([...buyers.statuses.keys()].sort()).toEqual([201, 202])
  const accepted = buyers.count(201, 202)
  await vi.waitFor(async () => expect(await client.getInventory(id)).toMatchObject({ sold: accepted }), WITHIN)
  expect(await auditStock(database, id)).toEqual({ onHand: 1_000_000 - accepted, sold: accepted })
})

it('an instance that dies is replaced', async () => {
  const pids = [...server.log.matchAll(/, (\d+) is in its place/g)].map(([, pid]) => Number(pid))
  const [victim = 0] = pids

  process.kill(victim, 'SIGKILL')

  await vi.waitFor(() => expect(server.log).toContain(`instance ${victim} ended by itself: SIGKILL`), WITHIN)
  await vi.waitFor(() => expect(server.log.match(/"msg":"serving"/g)).toHaveLength(7), WITHIN)
  expect(await client.get('/health')).toMatchObject({ status: 200 })
})
