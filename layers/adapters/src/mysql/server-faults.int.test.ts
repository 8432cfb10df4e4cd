import { connect, createServer, type Socket } from 'node:net'
import { UnavailableError } from '@ecommerce/domain'
import { aNewProduct, anAcceptedOrder, atNoon, NOON } from '@ecommerce/testing'
import { mysqlOptions } from '@ecommerce/testing/mysql'
import mysql from 'mysql2'
import { afterEach, describe, expect, it } from 'vitest'
import { Database, type DatabaseOptions } from './database'
import { MysqlOrderStore } from './mysql-order-store'
import { MysqlProductStore } from './mysql-product-store'
import type { Session } from './session'

const toClose: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

function open(overrides: Partial<DatabaseOptions> = {}): Database {
  const database = new Database({ ...mysqlOptions(), ...overrides })
  toClose.push(() => database.close())
  return database
}

/** Changes a global setting until the end of the test. */
async function setGlobal(name: string, value: string | number): Promise<void> {
  const admin = open()
  const [before] = await admin.read((session) =>
    session.rows<{ value: string | number }>(`SELECT @@global.${name} AS value`),
  )
  const set = (to: string | number) =>
    admin.read((session) => session.write(`SET GLOBAL ${name} = ${/^\d+$/.test(String(to)) ? to : mysql.escape(to)}`))
  await set(value)
  toClose.push(() => set(before?.value ?? 0))
}

/** An account that may only read and write the tables of the shop. `root` may write to a read-only server. */
async function openAsShop(overrides: Partial<DatabaseOptions> = {}): Promise<Database> {
  const admin = open()
  const { database } = mysqlOptions()
  await admin.read(async (session) => {
    for (const host of ['%', 'localhost', '127.0.0.1']) {
      await session.write(`CREATE USER IF NOT EXISTS shop_only@'${host}' IDENTIFIED BY 'shop'`)
      await session.write(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${database}.* TO shop_only@'${host}'`)
    }
  })
  toClose.push(() =>
    admin.read(async (session) => {
      for (const host of ['%', 'localhost', '127.0.0.1']) await session.write(`DROP USER shop_only@'${host}'`)
    }),
  )
  return open({ user: 'shop_only', password: 'shop', retryWithinMs: 500, ...overrides })
}

async function aProduct(stock = 100): Promise<number> {
  const { id } = await new MysqlProductStore(open()).create(aNewProduct({ stock }), NOON)
  return id
}

const orderOf = (productId: number) => anAcceptedOrder({ lines: [{ productId, quantity: 1 }] })

/** A proxy to MySQL that can stop to forward anything, without closing a connection: a network partition. */
async function openProxy() {
  const { host, port } = mysqlOptions()
  const sockets = new Set<Socket>()
  let isCut = false
  const proxy = createServer({ allowHalfOpen: true }, (client) => {
    const server = connect({ host, port, allowHalfOpen: true })
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(from)
      from.on('data', (data) => !isCut && to.write(data))
      from.on('end', () => !isCut && to.end())
      from.on('error', () => undefined)
    }
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const address = proxy.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  toClose.push(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => proxy.close(resolve))
  })
  return {
    host: '127.0.0.1',
    port: address.port,
    cut: () => {
      isCut = true
    },
  }
}

describe('a client that vanishes without closing its connection', () => {
  const lockedWork = (id: number, cut: () => void, sql: string) => async (session: Session) => {
    await session.rows('SELECT id FROM products WHERE id = ? FOR UPDATE', [id])
    cut()
    await session.rows(sql)
  }

  it.each([
    ['between two statements', 'SELECT 1'],
    ['while it sends a large statement', `SELECT LENGTH('${'x'.repeat(1_000_000)}')`],
  ])('holds a row for 15 seconds at most: %s', { timeout: 60_000 }, async (_, sql) => {
    const id = await aProduct()
    const { host, port, cut } = await openProxy()
    const vanishing = open({ host, port, retryWithinMs: 1 })
    await expect(vanishing.transaction(lockedWork(id, cut, sql))).rejects.toThrow(UnavailableError)

    const orders = new MysqlOrderStore(open({ retryWithinMs: 15_000, queryTimeoutMs: 3_000 }), atNoon)

    expect(await orders.place([orderOf(id)])).toMatchObject([{ kind: 'confirmed' }])
  })
})

describe('an idle connection', () => {
  it('is replaced before the server closes it, and nobody gets an error', { timeout: 60_000 }, async () => {
    const id = await aProduct()
    const database = open({ retryWithinMs: 1 })
    const orders = new MysqlOrderStore(database, atNoon)
    await orders.place([orderOf(id)])
    expect(database.poolUse.idle).toBe(1)

    await expect.poll(() => database.poolUse.idle, { timeout: 20_000 }).toBe(0)

    expect(await orders.place([orderOf(id)])).toMatchObject([{ kind: 'confirmed' }])
  })
})

describe('a session', () => {
  it.each([
    ['autocommit', 0],
    ['completion_type', 1],
    ['sql_mode', 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,ONLY_FULL_GROUP_BY'],
    ['time_zone', '-07:00'],
    ['sql_safe_updates', 1],
    ['sql_select_limit', 1],
    ['innodb_lock_wait_timeout', 50],
    ['foreign_key_checks', 0],
    ['collation_connection', 'latin1_swedish_ci'],
  ])('works whatever the server sets by default: %s = %s', { timeout: 30_000 }, async (name, value) => {
    await setGlobal(name, value)
    const database = open()
    const products = new MysqlProductStore(database)
    const { id, createdAt } = await products.create(aNewProduct({ name: "Lamp 'ランプ' \\\\", stock: 5 }), NOON)
    const orders = new MysqlOrderStore(database, atNoon)

    await orders.place([orderOf(id), orderOf(id)])

    const observer = open()
    expect(await new MysqlProductStore(observer).get(id)).toMatchObject({
      name: "Lamp 'ランプ' \\\\",
      stock: 3,
      createdAt,
    })
    const [ledger] = await observer.read((session) =>
      session.rows<{ entries: number }>('SELECT COUNT(*) AS entries FROM stock_ledger WHERE product_id = ?', [id]),
    )
    expect(ledger?.entries).toBe(3)
  })

  it('needs no privilege beyond those on the tables', async () => {
    const id = await aProduct()
    const shop = await openAsShop()

    expect(await new MysqlOrderStore(shop, atNoon).place([orderOf(id)])).toMatchObject([{ kind: 'confirmed' }])
    await shop.checkWrites()
  })
})

describe('a server that becomes read-only', () => {
  it('refuses orders as unavailable, still reads, and accepts orders when it is writable again', async () => {
    const id = await aProduct()
    const shop = await openAsShop()
    const orders = new MysqlOrderStore(shop, atNoon)
    await orders.place([orderOf(id)])

    await setGlobal('read_only', 1)
    await expect(orders.place([orderOf(id)])).rejects.toThrow(UnavailableError)
    await expect(shop.checkWrites()).rejects.toMatchObject({ cause: { message: expect.stringMatching(/read-only/) } })
    expect(await new MysqlProductStore(shop).get(id)).toMatchObject({ stock: 99 })
    await open().read((session) => session.write('SET GLOBAL read_only = 0'))

    expect(await orders.place([orderOf(id)])).toMatchObject([{ kind: 'confirmed' }])
    await shop.checkWrites()
  })

  it('causes no error when it is writable again within the time for retries', async () => {
    const id = await aProduct()
    const shop = await openAsShop({ retryWithinMs: 10_000 })
    const orders = new MysqlOrderStore(shop, atNoon)
    await orders.place([orderOf(id)])
    await setGlobal('read_only', 1)

    const placed = orders.place([orderOf(id)])
    const changed = new MysqlProductStore(shop).update({ id, changes: { name: 'Renamed' }, at: NOON })
    await expect(open().checkWrites({ deadline: Date.now() + 200 })).rejects.toThrow(UnavailableError)
    await open().read((session) => session.write('SET GLOBAL read_only = 0'))

    expect(await placed).toMatchObject([{ kind: 'confirmed' }])
    expect(await changed).toMatchObject({ name: 'Renamed' })
  })
})

describe('a refusal of the server', () => {
  it('is unavailable when a privilege is missing, and ends with it', async () => {
    const id = await aProduct()
    const shop = await openAsShop()
    const orders = new MysqlOrderStore(shop, atNoon)
    // Open connections keep their privileges on a database, so the shop opens its first one without them.
    const privilege = `INSERT ON ${mysqlOptions().database}.*`
    const forAll = (statement: (account: string) => string) =>
      open().read(async (session) => {
        for (const host of ['%', 'localhost', '127.0.0.1']) await session.write(statement(`shop_only@'${host}'`))
      })

    await forAll((account) => `REVOKE ${privilege} FROM ${account}`)
    await expect(orders.place([orderOf(id)])).rejects.toThrow(UnavailableError)
    await expect(shop.checkWrites()).rejects.toThrow(UnavailableError)
    await forAll((account) => `GRANT ${privilege} TO ${account}`)

    expect(await orders.place([orderOf(id)])).toMatchObject([{ kind: 'confirmed' }])
  })

  it('is unavailable when a table is missing, and ends with it', async () => {
    const id = await aProduct()
    const database = open({ retryWithinMs: 500 })
    const orders = new MysqlOrderStore(database, atNoon)

    await database.write((session) => session.write('RENAME TABLE order_lines TO order_lines_away'))
    try {
      await expect(orders.place([orderOf(id)])).rejects.toThrow(UnavailableError)
      await expect(database.checkWrites()).rejects.toThrow(UnavailableError)
    } finally {
      await database.write((session) => session.write('RENAME TABLE order_lines_away TO order_lines'))
    }

    expect(await orders.place([orderOf(id)])).toMatchObject([{ kind: 'confirmed' }])
  })

  it('is retried when an administrator kills a query', async () => {
    const database = open()
    const killer = open()
    let attempts = 0

    const slept = database.read(async (session) => {
      attempts += 1
      const [row] = await session.rows<{ id: number }>('SELECT CONNECTION_ID() AS id')
      // MariaDB and MySQL report a killed SLEEP differently, but a killed join in the same way.
      if (attempts === 1) {
        await Promise.all([
          session.rows('SELECT COUNT(*) FROM information_schema.columns a, information_schema.columns b, products'),
          killer.read((other) => other.write('DO SLEEP(0.3); KILL QUERY ?', [row?.id ?? 0])),
        ])
      }
      return 'done'
    })

    expect(await slept).toBe('done')
    expect(attempts).toBe(2)
  })
})

describe('a list of servers', () => {
  it('is used from its first server that responds', async () => {
    const { host, port } = mysqlOptions()
    const silent = createServer()
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    toClose.push(async () => silent.close())
    const address = silent.address()
    const silentPort = typeof address === 'object' && address ? address.port : 0
    const database = open({ host: '127.0.0.1', port: silentPort, fallbacks: [{ host, port }] })

    await database.checkWrites({ deadline: Date.now() + 3_000 })
  })
})
