import { afterEach, describe, expect, it, vi } from 'vitest'
import { startEchoHost } from './homes'
import { startHostServer } from './host-server'
import type { ServerProcess } from './server-process'
import { ShopClient, uniqueWord } from './shop-client'

let server: ServerProcess
let client: ShopClient | undefined

afterEach(async () => {
  await client?.close()
  client = undefined
  await server.kill()
})

const WITHIN = { timeout: 20_000, interval: 20 }

/** Sends a request whose function never returns; resolves when the function has started. */
async function linger(): Promise<{ outcome: Promise<unknown> }> {
  const outcome = fetch(`${server.url}/linger`).catch((error: Error) => error)
  await vi.waitFor(() => expect(server.log).toContain('lingering'), WITHIN)
  return { outcome }
}

describe('a function host that receives a stop signal', () => {
  it('fails its readiness check, serves for the configured time, closes each connection after a response, and ends', async () => {
    server = await startHostServer({ LAME_DUCK_MS: '3000' })
    client = new ShopClient(server.url)
    const { id } = await client.createProduct({ stock: 5 })
    expect(await client.get('/ready')).toMatchObject({ status: 200 })

    server.signal('SIGTERM')

    await vi.waitFor(async () => {
      expect(await client?.get('/ready')).toMatchObject({
        status: 503,
        headers: { connection: 'close' },
        body: { status: 'draining', dependencies: {} },
      })
    }, WITHIN)
    expect(await client.get('/health')).toMatchObject({ status: 200 })
    await client.placeOrder([{ product_id: id, quantity: 1 }])
    expect(await server.ended).toEqual({ code: 0, signal: null })
    await expect(client.get('/health')).rejects.toThrow('ECONNREFUSED')
  })

  it('responds to every request that it has accepted', async () => {
    server = await startHostServer({ LAME_DUCK_MS: '300' })
    client = new ShopClient(server.url)
    const { id } = await client.createProduct({ stock: 100_000 })
    const outcomes: number[] = []
    let failure: unknown
    const buy = async (shop: ShopClient) => {
      while (failure === undefined) {
        try {
          const { status } = await shop.post('/orders/sync', { user_id: 'a', product_id: id, quantity: 1 })
          outcomes.push(status)
        } catch (error) {
          failure ??= error
        }
      }
    }
    const buying = Promise.all(Array.from({ length: 20 }, () => client && buy(client)))
    await vi.waitFor(() => expect(outcomes.length).toBeGreaterThan(100), WITHIN)

    expect(await server.stop()).toEqual({ code: 0, signal: null })
    await buying

    expect(new Set(outcomes)).toEqual(new Set([201]))
    // The operating system resets queued connections when the host stops accepting: such a request has not started.
    expect(failure).toHaveProperty('code', expect.stringMatching(/^(ECONNREFUSED|ECONNRESET|UND_ERR_SOCKET)$/))
    await client.close()
    server = await startHostServer()
    client = new ShopClient(server.url)
    expect(await client.getInventory(id)).toMatchObject({ sold: outcomes.length })
  })

  it('finishes the batches in flight: every accepted order is placed once, by this process or by the next one', async () => {
    server = await startHostServer()
    client = new ShopClient(server.url)
    const { id } = await client.createProduct({ stock: 100_000 })
    const userId = uniqueWord()
    const order = { user_id: userId, product_id: id, quantity: 1 }
    const accepted: unknown[] = []
    for (let round = 0; round < 10; round++) {
      const channels = ['kafka', 'rabbitmq'].flatMap((channel) => Array.from({ length: 50 }, () => channel))
      const responses = await Promise.all(channels.map((channel) => client?.post(`/orders/async/${channel}`, order)))
      accepted.push(...responses.filter((response) => response?.status === 202))
    }
    expect(accepted).toHaveLength(1_000)

    expect(await server.stop()).toEqual({ code: 0, signal: null })
    await client.close()
    server = await startHostServer()
    client = new ShopClient(server.url)

    await vi.waitFor(async () => expect(await client?.getInventory(id)).toMatchObject({ sold: 1_000 }), WITHIN)
    expect(server.log).not.toMatch(/"level":"(error|fatal)"/)
  })

  it('abandons requests that exceed the drain timeout, logs their number, and ends with code 1', async () => {
    server = await startEchoHost({ DRAIN_TIMEOUT_MS: '300' })
    const lingering = await linger()

    expect(await server.stop()).toEqual({ code: 1, signal: null })

    expect(await lingering.outcome).toBeInstanceOf(Error)
    expect(server.log).toContain('"requests":1')
  })

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('ends immediately after a second %s', async (signal, code) => {
    server = await startEchoHost()
    const lingering = await linger()
    let ending: unknown
    server.ended.then((end) => {
      ending = end
    })

    // The same signal twice within half a second counts once: a terminal and npm may both send it.
    await vi.waitFor(() => {
      server.signal(signal)
      expect(ending).toEqual({ code, signal: null })
    }, WITHIN)
    await lingering.outcome
  })
})

describe('a function host that cannot start', () => {
  it.each([
    [['--service', 'payment'], 'no service is called payment. There are: product, order'],
    [['--functions', 'carts/*'], 'no function matches carts/*'],
    [['--ports', '1'], 'usage: node dist/function-host'],
    [['--port', '99999'], 'options.port should be >= 0 and < 65536'],
  ])('reports the reason for %j', async (args, message) => {
    const started = startHostServer({}, { args })

    await expect(started).rejects.toThrow(/ended with code 1/)
    await expect(started).rejects.toThrow(message)
    server = await startEchoHost()
  })
})
