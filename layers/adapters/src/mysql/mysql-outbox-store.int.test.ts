import { type Order, orderEvent, type RecordedEvent } from '@ecommerce/domain'
import { anOrder, atNoon, NOON } from '@ecommerce/testing'
import { anEvent, describeOutboxStore } from '@ecommerce/testing/conformance'
import { mysqlOptions } from '@ecommerce/testing/mysql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Database, type DatabaseOptions } from './database'
import { Lease } from './lease'
import { MysqlOutboxStore } from './mysql-outbox-store'
import { recordEvents, recordOrderEvents } from './outbox'

const toClose: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0)) await close()
})

function open(overrides: Partial<DatabaseOptions> = {}): Database {
  const database = new Database({ ...mysqlOptions(), ...overrides })
  toClose.push(() => database.close())
  return database
}

const empty = (database: Database) =>
  database.write(async (session) => {
    await session.write('DELETE FROM outbox')
    await session.write('DELETE FROM leases')
  })

const record = (database: Database, ...aggregateIds: string[]) =>
  database.transaction(async (session) => {
    recordEvents(
      session,
      aggregateIds.map((aggregateId) => anEvent({ aggregateId })),
    )
  })

describeOutboxStore('MySQL', async (clock) => {
  const database = new Database(mysqlOptions())
  await empty(database)
  return {
    store: new MysqlOutboxStore(database, clock),
    record: (events) => database.transaction(async (session) => recordEvents(session, events)),
    close: () => database.close(),
  }
})

describe('an outbox in MySQL', () => {
  let database: Database
  beforeEach(async () => {
    database = open()
    await empty(database)
  })

  const newRelay = (seen: RecordedEvent[]) => {
    const store = new MysqlOutboxStore(open(), atNoon)
    return (limit = 100) =>
      store.relay(limit, async (events) => {
        seen.push(...events)
      })
  }
  const idsOf = (seen: readonly RecordedEvent[]) => seen.map(({ aggregateId }) => aggregateId)

  it('publishes an event that is committed late, after events with higher ids', async () => {
    const seen: RecordedEvent[] = []
    const relay = newRelay(seen)

    await database.transaction(async (session) => {
      recordEvents(session, [anEvent({ aggregateId: 'late' })])
      await session.rows('SELECT 1')
      await record(database, 'early')
      await relay()
      expect(idsOf(seen)).toEqual(['early'])
    })
    await relay()

    expect(idsOf(seen)).toEqual(['early', 'late'])
    expect(Number(seen[1]?.id)).toBeLessThan(Number(seen[0]?.id))
  })

  const recordOrders = (...orders: Order[]) =>
    database.transaction(async (session) => recordOrderEvents(session, orders, NOON))

  it('publishes the events of many orders one by one, with unique ids, in order', async () => {
    const orders = Array.from({ length: 250 }, () => anOrder({ userId: `"quoted" 💡 '\\` }))
    await recordOrders(...orders)
    const seen: RecordedEvent[] = []

    expect(await newRelay(seen)(1_000)).toBe(250)

    expect(seen.map(({ id: _, data, ...event }) => ({ ...event, data: JSON.parse(data) }))).toEqual(
      orders.map(orderEvent),
    )
    const ids = seen.map(({ id }) => Number(id))
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b))
  })

  it('publishes later events of an order with higher ids', async () => {
    const orders = [anOrder(), anOrder(), anOrder()]
    await recordOrders(...orders)
    await recordOrders({ ...(orders[2] ?? anOrder()), status: 'cancelled' })
    const seen: RecordedEvent[] = []

    await newRelay(seen)()

    const ofTheLast = seen.filter(({ aggregateId }) => aggregateId === orders[2]?.id)
    expect(ofTheLast.map(({ type }) => type)).toEqual(['order_confirmed', 'order_cancelled'])
    expect(Number(ofTheLast[1]?.id)).toBeGreaterThan(Number(ofTheLast[0]?.id))
  })

  it('publishes the same events with the same ids after a failure', async () => {
    await recordOrders(anOrder(), anOrder())
    const published: string[][] = []
    const failed = new MysqlOutboxStore(open(), atNoon).relay(10, async (events) => {
      published.push(events.map(({ id, aggregateId }) => `${id} ${aggregateId}`))
      throw new Error('away')
    })
    await expect(failed).rejects.toThrow('away')
    const seen: RecordedEvent[] = []

    await newRelay(seen)()

    expect(seen.map(({ id, aggregateId }) => `${id} ${aggregateId}`)).toEqual(published[0])
  })

  it('publishes more than the limit when events are stored together, and leaves the rest', async () => {
    await record(database, '1')
    await recordOrders(anOrder(), anOrder(), anOrder())
    await recordOrders(anOrder())
    const relay = newRelay([])
    const depth = async () => (await new MysqlOutboxStore(database, atNoon).depth()).pending

    expect(await depth()).toBe(5)
    expect(await relay(1)).toBe(1)
    expect(await relay(2)).toBe(3)
    expect(await depth()).toBe(1)
    expect(await relay(2)).toBe(1)
    expect(await depth()).toBe(0)
  })

  it('is unlocked for the next process after a relay has failed', async () => {
    await record(database, '1')
    const failed = new MysqlOutboxStore(open(), atNoon).relay(10, () => Promise.reject(new Error('away')))
    await expect(failed).rejects.toThrow('away')
    const seen: RecordedEvent[] = []

    expect(await newRelay(seen)()).toBe(1)
  })

  it('lets no other process relay at the same time', async () => {
    await record(database, '1')
    const other = newRelay([])

    const relayed = new MysqlOutboxStore(database, atNoon).relay(10, async () => {
      expect(await other()).toBe('busy')
    })

    expect(await relayed).toBe(1)
  })

  it('publishes each event once when its connections are lost during the publishing', async () => {
    const [relaying, other] = [open(), open()]
    await record(database, '1', '2')
    const published: string[][] = []

    const relayed = await new MysqlOutboxStore(relaying, atNoon).relay(10, async (events) => {
      published.push(events.map(({ id }) => id))
      await killOthers(other)
    })

    expect(relayed).toBe(2)
    expect(published).toHaveLength(1)
    expect(await newRelay([])()).toBe(0)
  })

  it('lets another relay work when a process has died during the publishing, after a while', async () => {
    await record(database, '1', '2')
    await Lease.acquire(database, 'outbox relay', 1_500)
    const seen: RecordedEvent[] = []
    const relay = newRelay(seen)
    expect(await relay()).toBe('busy')

    await expect.poll(() => relay(), { timeout: 20_000 }).toBe(2)

    expect(idsOf(seen)).toEqual(['1', '2'])
  })

  it('keeps the lease while it publishes, however long that takes', async () => {
    await record(database, '1')
    const store = new MysqlOutboxStore(open(), atNoon, 1_500)
    const lateEnough = performance.now() + 4_000
    const other = newRelay([])
    const answers = new Set<number | 'busy'>()

    const relayed = await store.relay(10, async () => {
      await expect
        .poll(
          async () => {
            answers.add(await other())
            return performance.now()
          },
          { timeout: 20_000 },
        )
        .toBeGreaterThan(lateEnough)
    })

    expect(relayed).toBe(1)
    expect([...answers]).toEqual(['busy'])
  })

  it('ignores a lease that would expire too late, because the clock of the server was set back', async () => {
    await record(database, '1')
    await Lease.acquire(database, 'outbox relay', 3_600_000)

    expect(await newRelay([])()).toBe(1)
  })

  it('publishes each event once and each aggregate in order with many concurrent relays and writers', async () => {
    const aggregates = ['a', 'b', 'c']
    const stepsEach = 60
    const seen: RecordedEvent[] = []
    const relays = Array.from({ length: 3 }, () => newRelay(seen))
    const writing = Promise.all(aggregates.map((aggregate) => writeSteps(open(), aggregate, stepsEach)))
    let isWriting = true
    void writing.then(() => {
      isWriting = false
    })

    await Promise.all(
      relays.map(async (relay) => {
        for (let left: number | 'busy' = 'busy'; isWriting || left !== 0; ) left = await relay(7)
      }),
    )
    await writing

    for (const aggregate of aggregates) {
      const steps = seen.filter(({ aggregateId }) => aggregateId === aggregate).map(({ data }) => JSON.parse(data).step)
      expect(steps).toEqual(Array.from({ length: stepsEach }, (_, step) => step))
    }
  })
})

/** One commit per step, like the changes of one product. */
async function writeSteps(database: Database, aggregateId: string, steps: number): Promise<void> {
  for (let step = 0; step < steps; step++) {
    await database.transaction(async (session) => recordEvents(session, [anEvent({ aggregateId, data: { step } })]))
  }
}

/** Ends all connections of the test database, except that of the killer. */
async function killOthers(killer: Database): Promise<void> {
  await killer.read(async (session) => {
    const others = await session.rows<{ id: number }>(
      'SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()',
    )
    for (const { id } of others) await session.write('KILL CONNECTION ?', [id])
  })
}
