import { createServer, type Server } from 'node:net'
import { UnavailableError } from '@ecommerce/domain'
import { afterEach, describe, expect, it } from 'vitest'
import { Database } from './database'

const TIMEOUT_MS = 200
/** Far above the promised time, and far below that of a hang. */
const BOUND_MS = 5_000

/** Accepts connections and sends nothing, like a stopped server. */
async function listenInSilence(): Promise<{ port: number; server: Server }> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { port: address.port, server }
}

describe('a database that accepts connections and never responds', () => {
  let database: Database | undefined
  let server: Server | undefined

  afterEach(async () => {
    // The pool emits errors of connections that never opened. The test expects them.
    await database?.close().catch(() => undefined)
    server?.close()
  })

  it('is reported as unavailable to every caller in bounded time, even to those that wait for a connection', async () => {
    const silent = await listenInSilence()
    server = silent.server
    database = new Database({
      host: '127.0.0.1',
      port: silent.port,
      user: 'root',
      password: 'password',
      database: 'ecommerce',
      poolSize: 2,
      queryTimeoutMs: TIMEOUT_MS,
      retryWithinMs: TIMEOUT_MS,
    })
    const read = () => database?.read((session) => session.rows('SELECT 1'))
    const startedAt = performance.now()

    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, read))

    expect(performance.now() - startedAt).toBeLessThan(BOUND_MS)
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true)
    for (const outcome of outcomes) {
      expect(outcome.status === 'rejected' && outcome.reason).toBeInstanceOf(UnavailableError)
    }
  })
})
