import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HomeRequest, type HomeResponse, type Homes, sendTo, startEchoHomes } from './homes'
import { startHostServer } from './host-server'
import { startOfflineServer, UNBUILT_SHOP } from './offline-server'
import { send } from './raw-http'
import type { ServerProcess } from './server-process'

/** A request to the same functions in serverless-offline and in the function host: event and response must be the same. */
interface Case {
  readonly what: string
  readonly request: HomeRequest
  /** A known difference between serverless-offline and AWS, and the result in the function host. */
  readonly defect?: { readonly name: string; readonly host: object }
}

const JSON_TYPE = ['content-type', 'application/json']

const returning = (response: unknown): HomeRequest => ({
  method: 'POST',
  path: '/respond',
  headers: JSON_TYPE,
  body: JSON.stringify(response),
})

const EVENTS: readonly Case[] = [
  { what: 'no query', request: { path: '/echo' } },
  { what: 'a query with a name twice', request: { path: '/echo?a=1&b=2&a=3' } },
  { what: 'a query in UTF-8', request: { path: '/echo?%C3%A9=%E2%82%AC' } },
  { what: 'an empty query', request: { path: '/echo?' } },
  {
    what: 'a query with blanks and empty values',
    request: { path: '/echo?a=b+c%20d&flag&empty=' },
    defect: {
      name: 'rawQueryString is encoded again',
      host: {
        body: { rawQueryString: 'a=b+c%20d&flag&empty=', queryStringParameters: { a: 'b c d', flag: '', empty: '' } },
      },
    },
  },
  {
    what: 'a query that cannot be decoded',
    request: { path: '/echo?bad=%zz' },
    defect: {
      name: 'rawQueryString is encoded again',
      host: { status: 200, body: { rawQueryString: 'bad=%zz', queryStringParameters: { bad: '%zz' } } },
    },
  },
  { what: 'a path parameter', request: { path: '/echo/42' } },
  { what: 'a fixed path before a parameter', request: { path: '/echo/fixed' } },
  { what: 'two path parameters', request: { path: '/echo/1/parts/x' } },
  { what: 'a greedy parameter', request: { path: '/greedy/a/b/c' } },
  {
    what: 'an encoded path parameter',
    request: { path: '/echo/caf%C3%A9%20au' },
    defect: {
      name: 'rawPath is encoded',
      host: { body: { rawPath: '/echo/café au', pathParameters: { id: 'café au' } } },
    },
  },
  {
    what: 'an encoded slash in a path parameter',
    request: { path: '/echo/a%2Fb' },
    defect: {
      name: 'rawPath is encoded',
      host: { body: { routeKey: 'GET /echo/{id}', rawPath: '/echo/a/b', pathParameters: { id: 'a/b' } } },
    },
  },
  {
    what: 'a path of no route',
    request: { path: '/nowhere' },
    defect: { name: '$default has a path parameter', host: { body: { routeKey: '$default', rawPath: '/nowhere' } } },
  },
  {
    what: 'a path in capitals',
    request: { path: '/ECHO' },
    defect: { name: '$default has a path parameter', host: { body: { routeKey: '$default' } } },
  },
  {
    what: 'a slash at the end',
    request: { path: '/echo/' },
    defect: { name: 'a slash at the end is dropped', host: { body: { routeKey: '$default', rawPath: '/echo/' } } },
  },
  {
    what: 'dots in the path',
    request: { path: '/echo/a/../b' },
    defect: { name: 'the path is normalised', host: { body: { routeKey: '$default', rawPath: '/echo/a/../b' } } },
  },
  { what: 'any method: PUT', request: { method: 'PUT', path: '/any' } },
  { what: 'any method: DELETE', request: { method: 'DELETE', path: '/any' } },
  {
    what: 'a method without a route',
    request: { method: 'PATCH', path: '/echo' },
    defect: { name: '$default has a path parameter', host: { body: { routeKey: '$default' } } },
  },
  { what: 'headers in any spelling', request: { path: '/echo', headers: ['X-One', '1', 'USER-AGENT', 'me'] } },
  {
    what: 'a header twice',
    request: { path: '/echo', headers: ['x-two', 'a', 'X-Two', 'b'] },
    defect: { name: 'the last of several headers wins', host: { body: { headers: { 'x-two': 'a,b' } } } },
  },
  {
    what: 'cookies',
    request: { path: '/echo', headers: ['cookie', 'a=1; b=2'] },
    defect: { name: 'cookies are a header too', host: { body: { cookies: ['a=1', 'b=2'] } } },
  },
  {
    what: 'cookies that are unusual',
    request: { path: '/echo', headers: ['cookie', 'strange; b=" "'] },
    defect: { name: 'an unusual cookie is refused', host: { status: 200, body: { cookies: ['strange', 'b=" "'] } } },
  },
  { what: 'an authorization', request: { path: '/echo', headers: ['authorization', 'Bearer x.y.z'] } },
  { what: 'JSON', request: { method: 'POST', path: '/echo', headers: JSON_TYPE, body: '{"a":1}' } },
  { what: 'malformed JSON', request: { method: 'POST', path: '/echo', headers: JSON_TYPE, body: '{' } },
  { what: 'an empty body', request: { method: 'POST', path: '/echo', headers: JSON_TYPE, body: '' } },
  {
    what: 'JSON that is false',
    request: { method: 'POST', path: '/echo', headers: JSON_TYPE, body: 'false' },
    defect: { name: 'a body may be another type than text', host: { body: { body: 'false' } } },
  },
  { what: 'text', request: { method: 'POST', path: '/echo', headers: ['content-type', 'text/plain'], body: 'é€' } },
  {
    what: 'bytes',
    request: {
      method: 'POST',
      path: '/echo',
      headers: ['content-type', 'application/octet-stream'],
      body: Buffer.from([0, 255]),
    },
  },
  {
    what: 'a form',
    request: {
      method: 'POST',
      path: '/echo',
      headers: ['content-type', 'application/x-www-form-urlencoded'],
      body: 'a=1',
    },
    defect: { name: 'a form is text', host: { body: { body: 'YT0x', isBase64Encoded: true } } },
  },
  {
    what: 'a body without a content type',
    request: { method: 'POST', path: '/echo', body: 'untyped' },
    defect: {
      name: 'a body without a content type is JSON',
      host: { body: { body: 'dW50eXBlZA==', isBase64Encoded: true } },
    },
  },
]

const RESPONSES: readonly Case[] = [
  {
    what: 'a status, headers and a body',
    request: returning({ statusCode: 201, headers: { 'x-a': '1', 'content-type': 'text/html' }, body: '<p>' }),
  },
  {
    what: 'base64',
    request: returning({
      statusCode: 200,
      isBase64Encoded: true,
      headers: { 'content-type': 'image/png' },
      body: 'AP+A',
    }),
  },
  {
    what: 'cookies',
    request: returning({
      statusCode: 200,
      headers: { 'content-type': 'text/html' },
      cookies: ['a=1; Path=/', 'b=2; HttpOnly'],
      body: 'c',
    }),
  },
  { what: 'no status', request: returning({ message: 'inferred' }) },
  { what: 'a list', request: returning([1, 2]) },
  {
    what: 'a text',
    request: returning('text'),
    defect: { name: 'JSON bodies are parsed', host: { status: 200, body: 'text' } },
  },
  {
    what: 'null',
    request: returning(null),
    defect: {
      name: 'null is an error',
      host: { status: 200, headers: { 'content-type': ['application/json'] }, body: null },
    },
  },
  {
    what: 'no content type',
    request: returning({ statusCode: 200, body: 'plain' }),
    defect: { name: 'text is called JSON', host: { headers: { 'content-type': ['text/plain;charset=UTF-8'] } } },
  },
  {
    what: 'nothing but a status',
    request: returning({ statusCode: 204 }),
    defect: { name: 'nothing is called JSON', host: { status: 204, headers: {} } },
  },
  {
    what: 'a body that is not text',
    request: returning({ statusCode: 200, body: { a: 1 } }),
    defect: {
      name: 'errors are 502, or 200, and show their stack',
      host: { status: 500, body: { message: 'Internal Server Error' } },
    },
  },
  {
    what: 'an error',
    request: { path: '/fail' },
    defect: {
      name: 'errors are 502, or 200, and show their stack',
      host: { status: 500, body: { message: 'Internal Server Error' } },
    },
  },
  {
    what: 'nothing before the timeout',
    request: { path: '/hang' },
    defect: {
      name: 'errors are 502, or 200, and show their stack',
      host: { status: 503, body: { message: 'Service Unavailable' } },
    },
  },
  {
    what: 'nothing because the path cannot be decoded',
    request: { path: '/%zz' },
    defect: { name: 'refusals are those of Hapi', host: { status: 400, body: { message: 'Bad Request' } } },
  },
]

/** Headers that depend on the home, the time or the connection, or that Hapi adds to every response. */
const HOME_HEADERS = ['date', 'connection', 'keep-alive', 'content-length', 'cache-control', 'accept-ranges', 'vary']
const REQUEST_MEMBERS = ['accountId', 'apiId', 'domainName', 'domainPrefix', 'requestId', 'time', 'timeEpoch']

/** A response without the parts that always differ between two homes. */
function viewOf({ status, headers, body }: HomeResponse) {
  const kept = Object.entries(headers)
    .filter(([name]) => !HOME_HEADERS.includes(name))
    .map(([name, values]) => [name, values.map((value) => (name === 'content-type' ? withoutCharset(value) : value))])
  return { status, headers: Object.fromEntries(kept), body: viewOfBody(body) }
}

/** Hapi adds a charset where there is none. */
const withoutCharset = (type: string) => type.replace('; charset=utf-8', '')

function viewOfBody(body: Buffer): unknown {
  const value = parsed(body.toString('latin1'), body.toString())
  if (typeof value !== 'object' || value === null || !('requestContext' in value)) return value
  const event = value as Record<string, Record<string, unknown>> // it has a request context
  const context = Object.entries(event.requestContext ?? {}).filter(([name]) => !REQUEST_MEMBERS.includes(name))
  const { host: _, ...headers } = event.headers ?? {}
  // Absent members are null or empty in serverless-offline.
  const present = Object.entries(event).filter(
    ([, member]) => member !== null && !(Array.isArray(member) && member.length === 0),
  )
  return { ...Object.fromEntries(present), headers, requestContext: Object.fromEntries(context) }
}

function parsed(bytes: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return bytes
  }
}

async function compare(homes: Homes, { request, defect }: Case): Promise<void> {
  const [offline, host] = await Promise.all(
    [homes.offline, homes.host].map(async (home) => viewOf(await sendTo(home, request))),
  )
  if (defect === undefined) return expect(host).toEqual(offline)
  expect(host).toMatchObject(defect.host)
  expect(offline, `serverless-offline now behaves like AWS: ${defect.name}`).not.toEqual(host)
}

describe('the echo functions', () => {
  let homes: Homes
  beforeAll(async () => {
    homes = await startEchoHomes()
  })
  afterAll(() => stop(homes))

  it.each(EVENTS)('receive the same event in both homes for $what', (each) => compare(homes, each))

  it.each(RESPONSES)('cause the same response in both homes when they return $what', (each) => compare(homes, each))
})

const ALLOWED_ORIGIN = 'https://shop.example'
const SETTINGS = { CORS_ORIGINS: ALLOWED_ORIGIN, HTTP_HOSTS: 'api.example' }

describe('the shop', () => {
  let homes: Homes
  let product: string
  beforeAll(async () => {
    const [offline, host] = await Promise.all([
      startOfflineServer(SETTINGS, undefined, UNBUILT_SHOP),
      startHostServer(SETTINGS),
    ])
    homes = { offline, host }
    const body = JSON.stringify({ name: 'Compared', price: 9.99, stock: 1_000 })
    const created = await sendTo(host, { method: 'POST', path: '/products', headers: JSON_TYPE, body })
    product = String(JSON.parse(created.body.toString()).id)
  })
  afterAll(() => stop(homes))

  const post = (path: string, body: unknown, headers: readonly string[] = JSON_TYPE): HomeRequest => ({
    method: 'POST',
    path,
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

  it.each([
    ['/health', () => ({ path: '/health' })],
    ['HEAD', () => ({ method: 'HEAD', path: '/health' })],
    ['/openapi.json', () => ({ path: '/openapi.json' })],
    ['/docs', () => ({ path: '/docs' })],
    ['a problem type', () => ({ path: '/problems/not-found' })],
    ['a message schema', () => ({ path: '/messages/order-placed.v1.json' })],
    ['a product', () => ({ path: `/products/${product}` })],
    ['an inventory', () => ({ path: `/products/${product}/inventory` })],
    ['a search', () => ({ path: '/products?search=compared&min_price=1&sort=price&limit=1' })],
    ['an unknown product', () => ({ path: '/products/999999999' })],
    ['an invalid id', () => ({ path: '/products/%20%2e' })],
    ['an unknown order', () => ({ path: '/orders/01a20740-6c6b-86f7-8443-65654c52379b' })],
    ['an unknown query parameter', () => ({ path: '/products?constructor=1' })],
    ['a query parameter twice', () => ({ path: '/products?limit=1&limit=2' })],
    ['no such route', () => ({ path: '/nowhere?x=1' })],
    ['a method that is not allowed', () => ({ method: 'DELETE', path: '/orders/sync' })],
    ['malformed JSON', () => post('/orders/sync', '{')],
    ['another type', () => post('/orders/sync', 'a=1', ['content-type', 'application/x-www-form-urlencoded'])],
    ['a body that is too large', () => post('/orders/sync', `"${'x'.repeat(70_000)}"`)],
    ['no body', () => ({ method: 'POST', path: '/orders/sync' })],
    ['JSON that is false', () => post('/orders/sync', 'false')],
    ['wrong members', () => post('/orders/sync', { user_id: true, product_id: 'x', price: 3 })],
    ['an unknown product ordered', () => post('/orders/sync', { user_id: 'a', product_id: 999_999_999, quantity: 1 })],
    ['too many', () => post('/orders/sync', { user_id: 'a', product_id: Number(product), quantity: 100_000 })],
    ['an order', () => post('/orders/sync', { user_id: 'a', product_id: Number(product), quantity: 1 })],
    [
      'an order through Kafka',
      () => post('/orders/async/kafka', { user_id: 'a', product_id: Number(product), quantity: 1 }),
    ],
    [
      'an order through RabbitMQ',
      () => post('/orders/async/rabbitmq', { user_id: 'a', product_id: Number(product), quantity: 1 }),
    ],
  ])('sends the same response in both homes for %s', async (_, requestOf) => {
    const request = requestOf() as HomeRequest
    const named = { ...request, headers: [...(request.headers ?? []), 'x-request-id', 'compared'] }

    const [offline, host] = await Promise.all(
      [homes.offline, homes.host].map(async (home) => viewOf(await sendTo(home, named))),
    )

    expect(masked(host)).toEqual(masked(offline))
  })

  describe.each(['offline', 'host'] as const)('in the %s home with CORS_ORIGINS', (home) => {
    const sendFrom = async (origin: string, request: HomeRequest) => {
      const headers = ['origin', origin, ...(request.headers ?? [])]
      const response = await sendTo(homes[home], { ...request, headers })
      const names = ['vary', 'allow'].concat(
        Object.keys(response.headers).filter((name) => name.includes('control-allow')),
      )
      const { status } = response
      return { status, ...Object.fromEntries(names.map((name) => [name, response.headers[name]?.[0]])) }
    }
    const preflight = { method: 'OPTIONS', path: '/products/1', headers: ['access-control-request-method', 'DELETE'] }

    it('lets pages of a configured origin read and send requests', async () => {
      const granted = { vary: 'Origin', 'access-control-allow-origin': ALLOWED_ORIGIN }

      expect(await sendFrom(ALLOWED_ORIGIN, { path: '/health' })).toEqual({ ...granted, status: 200 })
      expect(await sendFrom(ALLOWED_ORIGIN, { path: '/nowhere' })).toEqual({ ...granted, status: 404 })
      expect(await sendFrom(ALLOWED_ORIGIN, { path: '/%' })).toEqual({ ...granted, status: 400 })
      expect(await sendFrom(ALLOWED_ORIGIN, { method: 'DELETE', path: '/products/999999999' })).toEqual({
        ...granted,
        status: 404,
      })
      expect(await sendFrom(ALLOWED_ORIGIN, preflight)).toEqual({
        ...granted,
        status: 204,
        'access-control-allow-methods': 'GET, HEAD, PUT, PATCH, DELETE',
        'access-control-allow-headers': expect.stringContaining('idempotency-key'),
      })
    })

    it('grants nothing to pages of another origin', async () => {
      const other = 'https://other.example'

      expect(await sendFrom(other, { path: '/health' })).toEqual({ status: 200, vary: 'Origin' })
      expect(await sendFrom(other, { method: 'DELETE', path: '/products/999999999' })).toEqual({
        status: 403,
        vary: 'Origin',
      })
      expect(await sendFrom(other, preflight)).toMatchObject({ status: 405, allow: 'GET, HEAD, PUT, PATCH, DELETE' })
    })

    it('serves the names of HTTP_HOSTS, with any port', async () => {
      const statusOf = async (host: string) => (await send(homes[home].port, { target: '/health', host })).status

      expect([
        await statusOf('api.example'),
        await statusOf('API.example:444'),
        await statusOf('other.example'),
      ]).toEqual([200, 200, 421])
    })
  })
})

/** Replaces order ids and times, which differ from order to order. */
function masked(view: unknown): unknown {
  const text = JSON.stringify(view)
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
  return JSON.parse(text)
}

async function stop(homes: Homes | undefined): Promise<void> {
  const servers: ServerProcess[] = homes === undefined ? [] : [homes.offline, homes.host]
  const endings = await Promise.all(servers.map((server) => server.stop()))
  expect(endings).toEqual(servers.map(() => ({ code: 0, signal: null })))
}
