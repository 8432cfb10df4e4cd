import { createServer, type Server, type Socket } from 'node:net'
import { UnavailableError } from '@ecommerce/domain'
import { aNewProduct, NOON } from '@ecommerce/testing'
import { mysqlOptions } from '@ecommerce/testing/mysql'
import { afterEach, describe, expect, it } from 'vitest'
import { Database, type DatabaseOptions } from './database'
import { MysqlProductStore } from './mysql-product-store'
import type { Session } from './session'

const toClose: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0)) await close()
})

function open(overrides: Partial<DatabaseOptions> = {}): Database {
  const database = new Database({ ...mysqlOptions(), ...overrides })
  toClose.push(() => database.close())
  return database
}

async function connectionIdOf(session: Session): Promise<number> {
  const [row] = await session.rows<{ id: number }>('SELECT CONNECTION_ID() AS id')
  return row?.id ?? 0
}

const ask = (database: Database) => database.read((session) => session.rows<{ one: number }>('SELECT 1 AS one'))

/** A server that accepts connections and never sends anything. */
async function listen(): Promise<{ port: number; stop: () => Promise<void> }> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const stop = () =>
    new Promise<void>((resolve) => {
      for (const socket of sockets) socket.destroy()
      server.close(() => resolve())
    })
  return { port: typeof address === 'object' && address ? address.port : 0, stop }
}

describe('a repeatable transaction', () => {
  it('is reported as unavailable when its data stays outdated until the time is over', async () => {
    const tooFew = 'SELECT CAST(0 AS UNSIGNED) - 1'
    const database = open({ retryWithinMs: 1_000 })
    let tries = 0

    const outcome = database.transaction(
      async (session) => {
        tries += 1
        await session.write(tooFew)
      },
      { repeatable: true },
    )

    await expect(outcome).rejects.toThrow(UnavailableError)
    expect(tries).toBeGreaterThan(1)
  })
})

describe('a database', () => {
  it('commits the writes of a transaction, and returns its result', async () => {
    const database = open()
    const products = new MysqlProductStore(database)

    const { id } = await products.create(aNewProduct(), NOON)

    expect(await new MysqlProductStore(open()).get(id)).toMatchObject({ id })
  })

  it('counts the connections in use and idle, and the waiting callers', async () => {
    const database = open({ poolSize: 1 })
    expect(database.poolUse).toEqual({ inUse: 0, idle: 0, waiting: 0 })

    const waiting = await database.read(async (session) => {
      await session.rows('SELECT 1')
      const second = ask(database)
      await expect.poll(() => database.poolUse).toEqual({ inUse: 1, idle: 0, waiting: 1 })
      return { second }
    })
    await waiting.second
    expect(database.poolUse).toEqual({ inUse: 0, idle: 1, waiting: 0 })

    const id = await database.read(connectionIdOf)
    await open().read((session) => session.write('KILL ?', [id]))
    await expect.poll(() => database.poolUse).toEqual({ inUse: 0, idle: 0, waiting: 0 })
  })

  it('rolls a failed transaction back, and rethrows its error', async () => {
    const database = open()
    const { id } = await new MysqlProductStore(database).create(aNewProduct({ stock: 5 }), NOON)
    const defect = new Error('defect')

    const transaction = database.transaction(async (session) => {
      await session.write('UPDATE products SET stock = 4 WHERE id = ?', [id])
      throw defect
    })

    await expect(transaction).rejects.toBe(defect)
    expect(await new MysqlProductStore(database).get(id)).toMatchObject({ stock: 5 })
  })

  it('rethrows the error of a wrong statement unchanged', async () => {
    const statement = open().read((session) => session.rows('SELECT FROM WHERE'))

    await expect(statement).rejects.toMatchObject({ code: 'ER_PARSE_ERROR' })
  })

  it('refuses data that does not fit, instead of truncating it', async () => {
    const database = open()
    const { id } = await new MysqlProductStore(database).create(aNewProduct(), NOON)

    const write = (assignment: string) =>
      database.transaction((session) => session.write(`UPDATE products SET ${assignment} WHERE id = ?`, [id]))

    await expect(write("name = REPEAT('x', 201)")).rejects.toMatchObject({ code: 'ER_DATA_TOO_LONG' })
    await expect(write('stock = stock - 11')).rejects.toMatchObject({ code: 'ER_DATA_OUT_OF_RANGE' })
  })

  it('opens no more connections than the pool size', async () => {
    const database = open({ poolSize: 2 })

    const ids = await Promise.all(Array.from({ length: 20 }, () => database.read(connectionIdOf)))

    expect(new Set(ids).size).toBeLessThanOrEqual(2)
  })
})

describe('a lost connection', () => {
  it('is replaced when it was idle', async () => {
    const database = open({ poolSize: 1 })
    const id = await database.read(connectionIdOf)

    await open().read((session) => session.write('KILL CONNECTION ?', [id]))

    expect(await ask(database)).toEqual([{ one: 1 }])
    expect(await database.read(connectionIdOf)).not.toBe(id)
  })

  it('is replaced even if many are lost at the same time', async () => {
    const database = open({ poolSize: 5 })
    const ids = new Set(await Promise.all(Array.from({ length: 50 }, () => database.read(connectionIdOf))))
    const killer = open()
    for (const id of ids) await killer.read((session) => session.write('KILL CONNECTION ?', [id]))

    const products = new MysqlProductStore(database)
    const created = await Promise.all(Array.from({ length: 10 }, () => products.create(aNewProduct(), NOON)))

    expect(new Set(created.map(({ id }) => id)).size).toBe(10)
  })

  it('in the middle of a transaction causes a retry, and the writes are there once', async () => {
    const database = open({ poolSize: 1 })
    const killer = open()
    const products = new MysqlProductStore(database)
    const { id } = await products.create(aNewProduct({ stock: 5 }), NOON)
    let attempts = 0

    await database.transaction(async (session) => {
      attempts += 1
      await session.write('UPDATE products SET stock = stock - 1 WHERE id = ?', [id])
      if (attempts > 1) return
      const connection = await connectionIdOf(session)
      await killer.read((other) => other.write('KILL CONNECTION ?', [connection]))
      await session.rows('SELECT 1')
    })

    expect(attempts).toBe(2)
    expect(await products.get(id)).toMatchObject({ stock: 4 })
  })
})

describe('two conflicting transactions', () => {
  it('both commit, because the one that is rolled back runs again', async () => {
    const database = open()
    const products = new MysqlProductStore(database)
    const lamp = await products.create(aNewProduct({ stock: 5 }), NOON)
    const chair = await products.create(aNewProduct({ stock: 5 }), NOON)
    const take = (id: number) => (session: Session) =>
      session.write('UPDATE products SET stock = stock - 1 WHERE id = ?', [id])
    const meeting = new Meeting(2)
    let attempts = 0
    const takeBoth = (first: number, second: number) =>
      database.transaction(async (session) => {
        attempts += 1
        await take(first)(session)
        await meeting.arrive()
        await take(second)(session)
      })

    await Promise.all([takeBoth(lamp.id, chair.id), takeBoth(chair.id, lamp.id)])

    expect(attempts).toBe(3)
    expect(await products.get(lamp.id)).toMatchObject({ stock: 3 })
    expect(await products.get(chair.id)).toMatchObject({ stock: 3 })
  })
})

/** Holds callers until a number of them have arrived. Later callers pass. */
class Meeting {
  #arrived = 0
  #open: () => void = () => undefined
  readonly #everybody = new Promise<void>((resolve) => {
    this.#open = resolve
  })

  constructor(private readonly size: number) {}

  arrive(): Promise<void> {
    this.#arrived += 1
    if (this.#arrived >= this.size) this.#open()
    return this.#everybody
  }
}

describe('an unavailable server', () => {
  it('is reported within the retry time when the port is closed', async () => {
    const { port, stop } = await listen()
    await stop()
    const database = open({ port, retryWithinMs: 300 })
    const startedAt = performance.now()

    await expect(ask(database)).rejects.toThrow(new UnavailableError('MySQL'))
    await expect(database.transaction(connectionIdOf)).rejects.toMatchObject({
      code: 'unavailable',
      retriable: true,
      cause: { code: 'ECONNREFUSED' },
    })

    expect(performance.now() - startedAt).toBeLessThan(5_000)
  })

  it('is reported when it accepts the connection and sends nothing', async () => {
    const { port, stop } = await listen()
    toClose.push(stop)
    const database = open({ port, queryTimeoutMs: 200, retryWithinMs: 300 })
    const startedAt = performance.now()

    await expect(ask(database)).rejects.toThrow(UnavailableError)

    expect(performance.now() - startedAt).toBeLessThan(5_000)
  })

  it('is reported when a statement exceeds its time limit, and works again afterwards', async () => {
    const database = open({ queryTimeoutMs: 200, retryWithinMs: 300 })
    const startedAt = performance.now()

    await expect(database.read((session) => session.rows('SELECT SLEEP(3)'))).rejects.toThrow(UnavailableError)

    expect(performance.now() - startedAt).toBeLessThan(5_000)
    expect(await ask(database)).toEqual([{ one: 1 }])
  })

  it('keeps a caller no longer than its deadline, during a statement or while it waits for a connection', async () => {
    const database = open({ poolSize: 1, queryTimeoutMs: 60_000, retryWithinMs: 60_000 })
    const startedAt = performance.now()
    const deadline = Date.now() + 300

    const outcomes = await Promise.allSettled(
      Array.from({ length: 3 }, () => database.read((session) => session.rows('SELECT SLEEP(10)'), { deadline })),
    )

    expect(performance.now() - startedAt).toBeLessThan(5_000)
    for (const outcome of outcomes) {
      expect(outcome.status === 'rejected' && outcome.reason).toBeInstanceOf(UnavailableError)
    }
    expect(await ask(database)).toEqual([{ one: 1 }])
  })

  it('writes nothing when the deadline passes during a transaction', async () => {
    const database = open()
    const { id } = await new MysqlProductStore(database).create(aNewProduct({ stock: 5 }), NOON)

    const transaction = database.transaction(
      async (session) => {
        await session.write('UPDATE products SET stock = 4 WHERE id = ?', [id])
        await session.rows('SELECT SLEEP(10)')
      },
      { deadline: Date.now() + 300 },
    )

    await expect(transaction).rejects.toThrow(UnavailableError)
    expect(await new MysqlProductStore(database).get(id)).toMatchObject({ stock: 5 })
  })

  it('is reported when the user or the database does not exist', async () => {
    const stranger = open({ user: 'nobody', password: 'wrong', retryWithinMs: 1 })
    const nowhere = open({ database: 'ecommerce_test_nowhere', retryWithinMs: 1 })

    await expect(ask(stranger)).rejects.toThrow(UnavailableError)
    await expect(ask(nowhere)).rejects.toThrow(UnavailableError)
  })
})
