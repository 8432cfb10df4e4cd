import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Homes } from './homes'
import { startHostServer } from './host-server'
import * as table from './http-table'
import { startOfflineServer } from './offline-server'
import { type RawRequest, type RawResponse, send, sendBytes } from './raw-http'

const HOMES = ['offline', 'host'] as const
/** Short, so that the test of bodies that do not arrive is fast. */
const BODY_TIMEOUT_MS = 1_000

let homes: Homes
let subject: table.Subject

beforeAll(async () => {
  const settings = { HTTP_BODY_TIMEOUT_MS: String(BODY_TIMEOUT_MS) }
  const [offline, host] = await Promise.all([startOfflineServer(settings), startHostServer(settings)])
  homes = { offline, host }
  const product = (await post('/products', { name: 'Table', price: 1, stock: 9 })).id as number
  const order = (await post('/orders/sync', { user_id: 'a', product_id: product, quantity: 1 })).id as string
  subject = { product, order, etag: await etagOf(product) }
})

afterAll(async () => {
  expect(await Promise.all([homes.offline.stop(), homes.host.stop()])).toEqual([
    { code: 0, signal: null },
    { code: 0, signal: null },
  ])
})

async function post(target: string, body: object): Promise<Record<string, unknown>> {
  const headers = ['content-type: application/json']
  return JSON.parse((await send(homes.host.port, { method: 'POST', target, headers, body: JSON.stringify(body) })).body)
}

async function etagOf(product: number): Promise<string> {
  return (await send(homes.offline.port, { target: `/products/${product}` })).headers.etag?.[0] ?? ''
}

describe.each([
  ['media types', table.MEDIA_TYPES],
  ['bodies', table.BODIES],
  ['conditional requests', table.CONDITIONS],
  ['methods', table.METHODS],
  ['paths and queries', table.PATHS],
  ['hosts', table.HOSTS],
  ['origins', table.ORIGINS],
  ['security headers', table.SECURITY_HEADERS],
])('%s', (_, rows) => {
  it.each(rows)('both homes respond with $status to $what', async (row) => {
    const responses = await inBothHomes(row.request(subject))
    for (const home of HOMES) expectRow(responses[home], row, row.request(subject).method === 'HEAD')
    expect(comparable(responses.offline)).toEqual(comparable(responses.host))
  })
})

describe('invalid HTTP', () => {
  it.each(table.RAW)('both homes respond with $status to $what', async ({ bytes, status }) => {
    for (const home of HOMES) {
      const response = await sendBytes(homes[home].port, Buffer.from(bytes, 'latin1'))
      expect(response.status, home).toBe(status)
      expectProblem(response)
      if (status === 400) expect(response.isClosed).toBe(true)
    }
  })

  it.each(HOMES)('is counted in the metrics of the %s home', async (home) => {
    const count = async () => countOf((await send(homes[home].port, { target: '/metrics' })).body, '400')
    const before = await count()

    await sendBytes(homes[home].port, Buffer.from('hello\r\n\r\n'))

    expect(await count()).toBe(before + 1)
  })
})

function countOf(metrics: string, status: string): number {
  const [, value = '0'] =
    new RegExp(`^ecommerce_http_requests_total\\{method="ANY",route="\\*",status="${status}"\\} (\\d+)`, 'm').exec(
      metrics,
    ) ?? []
  return Number(value)
}

describe.each(HOMES)('a body that does not arrive in the %s home', (home) => {
  const head = `POST /orders/sync HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n`

  it.each([
    ['its first byte', `${head}content-length: 46\r\n\r\n`],
    ['its end', `${head}content-length: 46\r\n\r\n{"use`],
    ['its last chunk', `${head}transfer-encoding: chunked\r\n\r\n5\r\n{"use\r\n`],
    ['its end for an unknown route', 'POST /nowhere HTTP/1.1\r\nhost: localhost\r\ncontent-length: 46\r\n\r\n{'],
  ])('is a 408 without %s, and the connection is closed', async (_, bytes) => {
    const response = await sendBytes(homes[home].port, Buffer.from(bytes), { timeoutMs: 15_000 })

    expect(response).toMatchObject({ status: 408, isClosed: true })
    expectProblem(response)
  })
})

async function inBothHomes(request: RawRequest): Promise<Record<(typeof HOMES)[number], RawResponse>> {
  const named = { ...request, headers: [...(request.headers ?? [])] }
  const [offline, host] = await Promise.all(HOMES.map((home) => send(homes[home].port, named)))
  if (offline === undefined || host === undefined) throw new Error('there are two homes')
  return { offline, host }
}

function expectRow(response: RawResponse, row: table.Row, isHead: boolean): void {
  expect({ status: response.status, body: response.body.slice(0, 300) }).toMatchObject({ status: row.status })
  if (row.problem !== undefined && !isHead) expect(expectProblem(response).type).toBe(`/problems/${row.problem}`)
  for (const [name, expected] of Object.entries(row.headers ?? {})) {
    const values = response.headers[name]
    if (expected === undefined) expect(values, name).toBeUndefined()
    else expect(values, name).toEqual([typeof expected === 'string' ? expected : expect.stringMatching(expected)])
  }
  if (row.body !== undefined) expect(response.body).toContain(row.body)
  if (row.closes !== undefined) expect(response.isClosed, 'closed').toBe(row.closes)
  expect(response.headers['x-request-id'], 'x-request-id').toHaveLength(1)
}

function expectProblem({ headers, body, status }: RawResponse): { type: string } {
  expect(headers['content-type'], body).toEqual(['application/problem+json'])
  const problem = JSON.parse(body)
  expect(problem).toMatchObject({ status, request_id: headers['x-request-id']?.[0], detail: expect.any(String) })
  return problem
}

/** A response without ids and times. */
function comparable({ headers, body, ...response }: RawResponse) {
  const { date: _, 'x-request-id': __, ...others } = headers
  return { ...response, headers: others, body: body.replace(/"request_id":"[^"]*"/, '') }
}
