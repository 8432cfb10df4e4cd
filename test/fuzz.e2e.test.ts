import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { childEnvironment } from '../tools/local/run'
import { ApiContract } from './api-contract'
import { anyRequest } from './fuzz-requests'
import { startHostServer } from './host-server'
import { startOfflineServer } from './offline-server'
import { type RawRequest, type RawResponse, sendBytes, toBytes } from './raw-http'
import type { ServerProcess } from './server-process'
import { ShopClient } from './shop-client'

/** `npm run fuzz` sends all 30,000 requests to each home; a test run sends a share. */
const { FUZZ_REQUESTS = '400', FUZZ_SEED = String(Date.now() % 2 ** 31), FUZZ_SECONDS = '60' } = childEnvironment()
const CONCURRENCY = 16
const TIME_LIMIT_MS = Number(FUZZ_SECONDS) * 1_000

/** Short, because some requests declare a body that they do not send. */
const SETTINGS = { HTTP_BODY_TIMEOUT_MS: '300', LOG_LEVEL: 'info' }

describe.each([
  ['serverless-offline', () => startOfflineServer(SETTINGS)],
  ['the function host', () => startHostServer(SETTINGS)],
])('%s', (home, start) => {
  it(
    `responds to ${FUZZ_REQUESTS} generated requests, each with an allowed status`,
    async () => {
      const server = await start()
      const client = new ShopClient(server.url)
      const statuses = new Map<number, number>()
      try {
        const product = await client.createProduct({ stock: 1_000_000 })
        const order = await client.placeOrder([{ product_id: product.id, quantity: 1 }])
        const { routes } = await ApiContract.of(server.url)
        const requests = anyRequest(routes, { products: [String(product.id)], orders: [order.id] })
        const batch = fc.array(requests, { minLength: CONCURRENCY, maxLength: CONCURRENCY })
        console.log(`${home}: FUZZ_SEED=${FUZZ_SEED}`)

        await fc.assert(
          fc.asyncProperty(batch, async (sent) => {
            const responses = await Promise.all(sent.map((request) => respond(server, request)))
            for (const { status } of responses) statuses.set(status, (statuses.get(status) ?? 0) + 1)
          }),
          {
            numRuns: Math.ceil(Number(FUZZ_REQUESTS) / CONCURRENCY),
            seed: Number(FUZZ_SEED),
            interruptAfterTimeLimit: TIME_LIMIT_MS,
          },
        )

        console.log(
          `${home}: ${[...statuses]
            .sort()
            .map(([status, count]) => `${status}: ${count}`)
            .join(', ')}`,
        )
        await expectHealthy(client, server)
      } finally {
        await client.close()
        expect(await server.stop()).toEqual({ code: 0, signal: null })
      }
    },
    TIME_LIMIT_MS + 120_000,
  )
})

async function respond(server: ServerProcess, request: RawRequest): Promise<RawResponse> {
  const isHead = request.method === 'HEAD'
  const response = await sendBytes(server.port, toBytes(server.port, request), { isHead, timeoutMs: 20_000 })
  expectAllowed(response, isHead)
  return response
}

function expectAllowed({ status, headers, body }: RawResponse, isHead: boolean): void {
  expect(status === 503 || (status >= 200 && status < 500), `status ${status}: ${body.slice(0, 200)}`).toBe(true)
  if (status < 400) return
  expect(headers['content-type']).toEqual(['application/problem+json'])
  expect(headers['x-request-id']).toHaveLength(1)
  if (status === 503) expect(headers['retry-after']).toHaveLength(1)
  if (isHead) return
  expect(JSON.parse(body)).toMatchObject({ status, request_id: headers['x-request-id']?.[0], type: expect.any(String) })
  expect(body).not.toMatch(/\bat .+:\d+:\d+|node_modules/)
}

async function expectHealthy(client: ShopClient, server: ServerProcess): Promise<void> {
  expect(await client.get('/health')).toMatchObject({ status: 200 })
  expect(await client.get('/ready')).toMatchObject({ status: 200, body: { status: 'ready' } })
  const product = await client.createProduct({ stock: 1 })
  await client.placeOrder([{ product_id: product.id, quantity: 1 }])
  expect(server.log).not.toMatch(/"level":"(error|fatal)"|UnhandledPromise|uncaughtException/)
}
