import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Database, databaseOptions, MysqlOrderStore, withConnection } from '@ecommerce/adapters/mysql'
import { UnavailableError } from '@ecommerce/domain'
import { type Config, parseConfig } from '@ecommerce/runtime/config'
import { anAcceptedOrder } from '@ecommerce/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrate } from '../../infra/mysql/migrate'
import { seed } from '../../infra/mysql/seed'
import { bringUp } from './bring-up'
import { Instance } from './instance'
import { mysqlServer } from './mysql-server'
import { silentProgress } from './progress'
import { resetServers } from './running-servers'

const folder = mkdtempSync(join(tmpdir(), 'switchover-'))
const instances = [new Instance(join(folder, 'one')), new Instance(join(folder, 'other'))] as const

/** Starts a server with the schema, the seed and an account that cannot write when the server is read-only. */
async function startServer(instance: Instance, port: number): Promise<Config> {
  const { config } = await bringUp({
    instance,
    servers: [mysqlServer],
    config: parseConfig({ MYSQL_PORT: String(port) }),
    setByUser: new Set(),
    progress: silentProgress,
  })
  await migrate(config)
  await seed(config)
  for (const host of ['%', 'localhost', '127.0.0.1']) {
    await run(config, `CREATE USER shop@'${host}' IDENTIFIED BY 'shop'`)
    await run(config, `GRANT SELECT, INSERT, UPDATE, DELETE ON ${config.MYSQL_DATABASE}.* TO shop@'${host}'`)
  }
  return config
}

const run = (config: Config, sql: string) => withConnection(config, (connection) => connection.query(sql))
const setReadOnly = (config: Config, value: 0 | 1) => run(config, `SET GLOBAL read_only = ${value}`)

async function countOrders(config: Config): Promise<number> {
  const rows = await withConnection(config, async (connection) => (await connection.query('SELECT id FROM orders'))[0])
  return Array.isArray(rows) ? rows.length : 0
}

describe('a switchover between two servers', () => {
  let one: Config
  let other: Config

  beforeAll(async () => {
    one = await startServer(instances[0], 23_406)
    other = await startServer(instances[1], 23_407)
    await setReadOnly(other, 1)
  }, 180_000)

  afterAll(async () => {
    await resetServers([mysqlServer], { instance: instances[0] })
    await resetServers([mysqlServer], { instance: instances[1] })
    rmSync(folder, { recursive: true })
  }, 60_000)

  function openShop(retryWithinMs = one.MYSQL_RETRY_WITHIN_MS): {
    place: () => Promise<string>
    close: () => Promise<void>
  } {
    const list = `127.0.0.1:${one.MYSQL_PORT},127.0.0.1:${other.MYSQL_PORT}`
    const account = { MYSQL_HOST: list, MYSQL_USER: 'shop', MYSQL_PASSWORD: 'shop' }
    const database = new Database({ ...databaseOptions({ ...one, ...account }), retryWithinMs })
    const store = new MysqlOrderStore(database, () => new Date())
    const place = async () => {
      const [outcome] = await store.place([anAcceptedOrder({ lines: [{ productId: 1, quantity: 1 }] })])
      return outcome?.kind ?? 'none'
    }
    return { place, close: () => database.close() }
  }

  it('costs no order when it takes less than the time for retries, although the connections stay open', async () => {
    const shop = openShop(20_000)
    await Promise.all(Array.from({ length: 5 }, shop.place))
    const placed: Promise<string>[] = []
    const placing = setInterval(() => placed.push(shop.place().catch(String)), 20)

    await setReadOnly(one, 1)
    const before = await countOrders(one)
    const early = placed.length
    await expect.poll(() => placed.length, { timeout: 20_000 }).toBeGreaterThan(early + 10)
    await setReadOnly(other, 0)
    await expect.poll(() => placed.length, { timeout: 20_000 }).toBeGreaterThan(early + 50)
    clearInterval(placing)

    expect(new Set(await Promise.all(placed))).toEqual(new Set(['confirmed']))
    expect(await countOrders(one)).toBe(before)
    expect((await countOrders(one)) + (await countOrders(other))).toBe(placed.length + 5)
    await shop.close()
  }, 60_000)

  it('is refused as unavailable while no server accepts writes, and ends without a restart', async () => {
    const shop = openShop()
    await shop.place()

    await setReadOnly(other, 1)
    await expect(shop.place()).rejects.toThrow(UnavailableError)
    await setReadOnly(one, 0)

    expect(await shop.place()).toBe('confirmed')
    await setReadOnly(one, 1)
    await setReadOnly(other, 0)
    await shop.close()
  }, 60_000)

  it('needs no response of the first server when that is down', async () => {
    const shop = openShop()
    await mysqlServer.stopNative(instances[0])

    expect(await shop.place()).toBe('confirmed')
    await shop.close()
  }, 60_000)
})
