import { createServer, type Socket } from 'node:net'
import { UnavailableError } from '@ecommerce/domain'
import { afterEach, describe, expect, it } from 'vitest'
import { Database } from './database'

const TIMEOUT_MS = 200
/** Far above the promised time, and far below that of a hang. */
const BOUND_MS = 5_000

/** Accepts connections and sends nothing, like a stopped server. */
async function listenInSilence() {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const stop = () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
  return { port: address.port, stop }
}

const toClose: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

async function openHanging(limits: { queryTimeoutMs: number; retryWithinMs: number }): Promise<Database> {
  const { port, stop } = await listenInSilence()
  const database = new Database({
    host: '127.0.0.1',
    port,
    user: 'root',
    password: 'password',
    database: 'ecommerce',
    poolSize: 2,
    ...limits,
  })
  toClose.push(
    // The pool emits errors of connections that never opened. The test expects them.
    () => database.close().catch(() => undefined),
    async () => stop(),
  )
  return database
}

const LONG_LIMITS = { queryTimeoutMs: 60_000, retryWithinMs: 60_000 }

describe('a database that accepts connections and never responds', () => {
  it('is reported as unavailable to every caller in bounded time, even to those that wait for a connection', async () => {
    const database = await openHanging({ queryTimeoutMs: TIMEOUT_MS, retryWithinMs: TIMEOUT_MS })
    const startedAt = performance.now()

    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () => database.read((session) => session.rows('SELECT 1'))),
    )

    expect(performance.now() - startedAt).toBeLessThan(BOUND_MS)
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true)
    for (const outcome of outcomes) {
      expect(outcome.status === 'rejected' && outcome.reason).toBeInstanceOf(UnavailableError)
    }
  })

  it.each([
    [
      'a read',
      (database: Database, deadline: number) => database.read((session) => session.rows('SELECT 1'), { deadline }),
    ],
    [
      'a transaction',
      (database: Database, deadline: number) =>
        database.transaction((session) => session.rows('SELECT 1'), { deadline, repeatable: true }),
    ],
  ])('keeps %s no longer than its deadline, even if the other limits are long', async (_, call) => {
    const database = await openHanging(LONG_LIMITS)
    const startedAt = performance.now()

    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => call(database, Date.now() + TIMEOUT_MS)))

    expect(performance.now() - startedAt).toBeLessThan(BOUND_MS)
    for (const outcome of outcomes) {
      expect(outcome.status === 'rejected' && outcome.reason).toBeInstanceOf(UnavailableError)
    }
  })
})

describe('a call whose deadline has passed', () => {
  it('is refused without a connection', async () => {
    const database = await openHanging(LONG_LIMITS)
    let isCalled = false

    const outcome = database.transaction(
      async () => {
        isCalled = true
      },
      { deadline: Date.now() - 1 },
    )

    await expect(outcome).rejects.toThrow(new UnavailableError('MySQL'))
    expect(isCalled).toBe(false)
    expect(database.poolUse).toEqual({ inUse: 0, idle: 0, waiting: 0 })
  })
})
