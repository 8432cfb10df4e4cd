import type { AsyncChannel } from '@ecommerce/domain'
import { parseConfig } from '@ecommerce/runtime/config'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { openDatabase } from '../infra/mysql/open-database'
import { childEnvironment } from '../tools/local/run'
import { testServer } from '../tools/local/test-servers'
import { AsyncBuyers } from './async-buyers'
import { auditStock } from './audit-stock'
import { expectProblem } from './expect-problem'
import type { ServerProcess } from './server-process'
import { ShopClient } from './shop-client'
import { startShop } from './start-shop'

const ORDERS_PER_CHANNEL = 5_000
/** The promise is 3 s; the rest is for a machine of two cores that also runs the servers and the buyers. */
const RESPONSE_WITHIN_MS = 4_000
const SETTLED_WITHIN_MS = 60_000
const PHASE = { timeout: 60_000, interval: 50 }
const SCARCE_UNITS = 100

/** Warnings and errors only: two cores have no time for a log line per request here. */
const SETTINGS = { LOG_LEVEL: 'warn' }

type Buyers = Readonly<Record<AsyncChannel, AsyncBuyers>>

let server: ServerProcess
let client: ShopClient
const database = openDatabase(parseConfig(childEnvironment()))

beforeAll(async () => {
  server = await startShop(SETTINGS)
  client = new ShopClient(server.url)
})

afterAll(async () => {
  const ending = await server.stop()
  await Promise.all([client.close(), database.close()])
  expect(ending).toEqual({ code: 0, signal: null })
})

interface Fault {
  readonly what: string
  readonly begin: () => Promise<void>
  readonly end: () => Promise<void>
  /** Asserts what clients see during the fault. */
  readonly expectDuring: (buyers: Buyers) => Promise<void>
}

const FAULTS: readonly Fault[] = [
  {
    what: 'the process of the functions',
    begin: () => server.kill(),
    end: async () => {
      server = await startShop(SETTINGS, server.port)
    },
    expectDuring: async ({ kafka, rabbitmq }) => {
      await Promise.all([untilMore(kafka, undefined), untilMore(rabbitmq, undefined)])
    },
  },
  {
    what: 'Kafka',
    ...crashOf('kafka'),
    expectDuring: async ({ kafka, rabbitmq }) => {
      await Promise.all([untilMore(kafka, 503), untilMore(rabbitmq, 202)])
    },
  },
  {
    what: 'RabbitMQ',
    ...crashOf('rabbitmq'),
    expectDuring: async ({ kafka, rabbitmq }) => {
      await Promise.all([untilMore(rabbitmq, 503), untilMore(kafka, 202)])
    },
  },
  {
    what: 'MySQL',
    ...crashOf('mysql'),
    expectDuring: async (buyers) => {
      // Only the check of an idempotency key needs MySQL to accept an order.
      const phases = Object.values(buyers).flatMap((each) => [
        untilMore(each, 503, { hasKey: true }),
        untilMore(each, 202, { hasKey: false }),
      ])
      await Promise.all(phases)
    },
  },
]

it.each(FAULTS)(
  '$what can crash under load: each accepted order ends exactly once, and the stock adds up',
  {
    timeout: 180_000,
  },
  async ({ begin, end, expectDuring }) => {
    const [plenty, scarce] = [await createProduct(1_000_000), await createProduct(SCARCE_UNITS)]
    const buyersOf = (channel: AsyncChannel) => new AsyncBuyers(client, channel, { plenty, scarce }, ORDERS_PER_CHANNEL)
    const buyers = { kafka: buyersOf('kafka'), rabbitmq: buyersOf('rabbitmq') }
    let isBroken = false
    onTestFinished(async () => {
      if (isBroken) await end()
      await Promise.all(Object.values(buyers).map((each) => each.stop()))
    })

    await Promise.all(Object.values(buyers).map((each) => untilMore(each, 202, {}, 500)))
    isBroken = true
    await begin()
    await expectDuring(buyers)
    await end()
    isBroken = false
    await Promise.all(Object.values(buyers).map(({ done }) => done))

    await Promise.all(Object.values(buyers).map((each) => untilSettled(each)))
    for (const each of Object.values(buyers)) {
      expectPromptResponses(each)
      expect(new Set(each.acceptedIds).size).toBe(ORDERS_PER_CHANNEL)
      await expectOneOrderPerUser(each)
    }
    await auditStock(database, plenty)
    expect(await auditStock(database, scarce)).toEqual({ onHand: 0, sold: SCARCE_UNITS })
    expect(server.log).not.toMatch(/"level":"(error|fatal)"/)
  },
)

function crashOf(name: 'kafka' | 'rabbitmq' | 'mysql'): Pick<Fault, 'begin' | 'end'> {
  const broken = testServer(name)
  return { begin: () => broken.kill(), end: () => broken.start() }
}

function untilMore(
  buyers: AsyncBuyers,
  status: number | undefined,
  which: { readonly hasKey?: boolean } = {},
  more = 10,
): Promise<void> {
  const before = buyers.count(status, which)
  return expect.poll(() => buyers.count(status, which) - before, PHASE).toBeGreaterThanOrEqual(more)
}

async function createProduct(stock: number): Promise<number> {
  return (await client.createProduct({ stock })).id
}

function expectPromptResponses({ sent }: AsyncBuyers): void {
  const slowest = Math.max(...sent.map(({ tookMs }) => tookMs))
  expect(slowest).toBeLessThan(RESPONSE_WITHIN_MS)
  for (const { response } of sent) {
    if (response === undefined || response.status === 202) continue
    expectProblem(response, 'unavailable')
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0)
  }
}

interface Settled {
  readonly id: string
  readonly user_id: string
}

/** The orders of these buyers that were confirmed or rejected, and the message ids of all dead letters. */
async function settledOf({ crowd }: AsyncBuyers): Promise<{ orders: Settled[]; deadLetters: string[] }> {
  return database.read(async (session) => {
    const orders = await session.rows<Settled>(
      "SELECT id, user_id FROM orders WHERE user_id LIKE ? AND status IN ('confirmed', 'rejected')",
      [`${crowd}-%`],
    )
    const letters = await session.rows<{ message_id: string }>('SELECT message_id FROM dead_letters')
    return { orders, deadLetters: letters.map(({ message_id }) => message_id) }
  })
}

/** The accepted orders that are pending, or that ended more than once. */
async function unsettledOf(buyers: AsyncBuyers): Promise<string[]> {
  const { orders, deadLetters } = await settledOf(buyers)
  const ends = new Map<string, number>()
  for (const id of [...orders.map(({ id }) => id), ...deadLetters]) ends.set(id, (ends.get(id) ?? 0) + 1)
  return buyers.acceptedIds.filter((id) => ends.get(id) !== 1)
}

function untilSettled(buyers: AsyncBuyers): Promise<void> {
  return expect.poll(() => unsettledOf(buyers), { timeout: SETTLED_WITHIN_MS, interval: 250 }).toEqual([])
}

/** A user who repeated an order with its key has one order; a user who was refused without a key has at most one. */
async function expectOneOrderPerUser(buyers: AsyncBuyers): Promise<void> {
  const users = (await settledOf(buyers)).orders.map(({ user_id }) => user_id)
  expect(users.length).toBe(new Set(users).size)
  expect(users.length).toBeGreaterThanOrEqual(ORDERS_PER_CHANNEL)
}
