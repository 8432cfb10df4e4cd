import { Writable } from 'node:stream'
import {
  type CallLimits,
  ExpiredError,
  InsufficientStockError,
  NotFoundError,
  OverloadedError,
  UnavailableError,
} from '@ecommerce/domain'
import { anOrder, anOrderRequest, type HttpEventOptions, httpEvent, lambdaContext } from '@ecommerce/testing'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createLogger } from '../logger'
import { noMetrics } from '../metrics/no-metrics'
import { PrometheusMetrics } from '../metrics/prometheus-metrics'
import { ALL_SUCCESSES } from '../stack-parts'
import { createHttpStack } from './http-handler'
import { type RateLimitSettings, RateLimits } from './rate-limits'
import { defineRoute, type RouteResponse } from './route'

const route = defineRoute({
  operationId: 'do',
  method: 'POST',
  path: '/things/{id}',
  summary: 'Do',
  tag: 'things',
  access: 'public',
  body: z.strictObject({ name: z.string() }),
  success: { status: 201, description: 'Done', body: z.object({ name: z.string() }) },
  problems: [],
})

type Work = (request: {
  body: { name: string }
  requestId: string
  limits: CallLimits
}) => Promise<RouteResponse<typeof route>>

/** `security-headers.test.ts` has the rules. */
const SECURITY = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

const NO_SUCCESS = { perSecond: 0, every: 1_000_000 }

/** A handler whose log lines can be read. */
function setUp(
  work: Work = async ({ body }) => ({ body }),
  logSuccesses = ALL_SUCCESSES,
  { level = 'info', tag = route.tag as string, deadlineMs = 3_000 } = {},
) {
  const lines: Record<string, unknown>[] = []
  const sink = new Writable({
    write(chunk, _, done) {
      lines.push(JSON.parse(String(chunk)))
      done()
    },
  })
  const metrics = new PrometheusMetrics()
  const parts = { logger: createLogger(level, sink), metrics, logSuccesses, deadlineMs }
  const handler = createHttpStack(parts)({ ...route, tag }, work)
  const call = async (options: HttpEventOptions = {}) => {
    const event = httpEvent({ method: 'POST', path: '/things/7', body: { name: 'Lamp' }, ...options })
    const { statusCode, headers, body } = await handler(event, lambdaContext({ awsRequestId: 'from-lambda' }))
    return { statusCode, headers, body: JSON.parse(body ?? 'null') }
  }
  return { call, lines, handler, metrics }
}

describe('a handled request', () => {
  it('has the response of its route', async () => {
    const { call } = setUp()

    expect(await call()).toEqual({
      statusCode: 201,
      headers: {
        ...SECURITY,
        'content-type': 'application/json',
        'cache-control': 'no-store',
        'x-request-id': 'from-lambda',
      },
      body: { name: 'Lamp' },
    })
  })

  it('may have a response with another status and more headers', async () => {
    const { call } = setUp(async ({ body }) => ({ status: 202, headers: { location: '/things/7' }, body }))

    expect(await call()).toMatchObject({ statusCode: 202, headers: { location: '/things/7' } })
  })

  it('may have a response without a body', async () => {
    const { call } = setUp(async () => ({ status: 204 }))

    expect(await call()).toEqual({
      statusCode: 204,
      headers: { ...SECURITY, 'cache-control': 'no-store', 'x-request-id': 'from-lambda' },
      body: null,
    })
  })

  it('may have a response with text of another media type', async () => {
    const lines = new Writable({ write: (_chunk, _encoding, done) => done() })
    const page = defineRoute({ ...route, body: z.any(), success: { ...route.success, mediaType: 'text/html' } })
    const handler = createHttpStack({ logger: createLogger('info', lines), metrics: noMetrics })(page, () => ({
      body: '<p>' as never,
    }))

    const response = await handler(httpEvent({ body: {} }), lambdaContext())

    expect(response).toMatchObject({ headers: { 'content-type': 'text/html' }, body: '<p>' })
  })

  it.each([
    { given: { 'x-request-id': 'from-caller' }, requestId: 'from-caller' },
    { given: {}, requestId: 'from-lambda' },
  ])('knows the request id of its response, $requestId', async ({ given, requestId }) => {
    const { call } = setUp(async (request) => ({ body: { name: request.requestId } }))

    const { headers, body } = await call({ headers: given })

    expect(body).toEqual({ name: requestId })
    expect(headers).toMatchObject({ 'x-request-id': requestId })
  })

  it('has one line in the access log with its route, status and duration', async () => {
    const { call, lines } = setUp()

    await call()

    expect(lines).toEqual([
      {
        level: 'info',
        time: expect.any(String),
        msg: 'request',
        request_id: 'from-lambda',
        method: 'POST',
        route: '/things/{id}',
        status: 201,
        duration_ms: expect.any(Number),
      },
    ])
  })
})

describe('the request id', () => {
  const idOf = async (given: string) => {
    const { call, lines } = setUp()
    const { headers } = await call({ headers: { 'x-request-id': given } })
    expect(lines[0]?.request_id).toBe(headers?.['x-request-id'])
    return headers?.['x-request-id']
  }

  it.each(['a', '1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed', 'a.b:c_d', 'x'.repeat(128)])(
    'is the one of the caller when it is well-formed: %s',
    async (given) => {
      expect(await idOf(given)).toBe(given)
    },
  )

  it.each(['', ' ', 'x'.repeat(129), 'a b', 'a\r\nset-cookie: x', '<script>', '💡'])(
    'is that of Lambda when the one of the caller is %j',
    async (given) => {
      expect(await idOf(given)).toBe('from-lambda')
    },
  )

  it('is part of a problem response too', async () => {
    const { call, lines } = setUp()

    const { headers, body } = await call({ body: '{', headers: { 'x-request-id': 'mine' } })

    expect(headers).toMatchObject({ 'x-request-id': 'mine' })
    expect(body).toMatchObject({ request_id: 'mine' })
    expect(lines).toMatchObject([{ request_id: 'mine', status: 400 }])
  })
})

describe('a request that fails', () => {
  it('is a problem without an error in the log when the caller caused it', async () => {
    const { call, lines } = setUp(() => Promise.reject(new NotFoundError('thing', 7)))

    const { statusCode, headers, body } = await call()

    expect(statusCode).toBe(404)
    expect(headers).toMatchObject({ 'content-type': 'application/problem+json' })
    expect(body).toMatchObject({ type: '/problems/not-found' })
    expect(lines).toMatchObject([{ level: 'info', msg: 'request', status: 404 }])
  })

  it('is logged as a warning when a dependency is unavailable', async () => {
    const { call, lines } = setUp(() => Promise.reject(new UnavailableError('MySQL')))

    expect(await call()).toMatchObject({ statusCode: 503, headers: { 'retry-after': expect.any(String) } })
    expect(lines.map(({ level }) => level)).toEqual(['warn', 'info'])
  })

  it.each([
    { how: 'rejects', work: () => Promise.reject(new TypeError('defect')) },
    {
      how: 'throws',
      work: () => {
        throw new TypeError('defect')
      },
    },
  ])('is a 500 and one logged error when the work $how', async ({ work }) => {
    const { call, lines } = setUp(work)

    const { statusCode, body } = await call()

    expect(statusCode).toBe(500)
    expect(JSON.stringify(body)).not.toContain('defect')
    expect(lines).toMatchObject([
      { level: 'error', request_id: 'from-lambda', err: { type: 'TypeError', message: 'defect' } },
      { level: 'info', msg: 'request', request_id: 'from-lambda', status: 500 },
    ])
    expect(lines[0]?.err).toHaveProperty('stack')
  })

  it('logs neither its body nor the values of a statement', async () => {
    const driverError = Object.assign(new Error('Unknown column'), {
      code: 'ER_BAD_FIELD_ERROR',
      sql: "INSERT INTO orders VALUES ('private')",
      values: ['private'],
    })
    const { call, lines } = setUp(() => Promise.reject(driverError))

    await call({ body: { name: 'private' } })

    expect(lines).toMatchObject([
      { level: 'error', err: { code: 'ER_BAD_FIELD_ERROR', message: 'Unknown column' } },
      {},
    ])
    expect(JSON.stringify(lines)).not.toContain('private')
  })

  it('logs the cause of the error', async () => {
    const { call, lines } = setUp(() =>
      Promise.reject(new UnavailableError('MySQL', { cause: new Error('connect ECONNREFUSED') })),
    )

    await call()

    expect(JSON.stringify(lines[0])).toContain('connect ECONNREFUSED')
  })
})

describe('the metrics of requests', () => {
  const ofRoute = 'method="POST",route="/things/{id}"'

  it('count requests by route and status, whatever the path, and measure their durations together', async () => {
    const { call, metrics } = setUp()

    await call({ path: '/things/1' })
    await call({ path: '/things/2' })
    await call({ body: { name: 7 } })

    const lines = (await metrics.render([])).split('\n')
    expect(lines.filter((line) => line.startsWith('ecommerce_http_requests_total'))).toEqual([
      `ecommerce_http_requests_total{${ofRoute},status="201"} 2`,
      `ecommerce_http_requests_total{${ofRoute},status="422"} 1`,
    ])
    expect(lines).toContain(`ecommerce_http_request_duration_seconds_count{${ofRoute}} 3`)
  })
})

describe('the access log', () => {
  it('has the ids that the work returns', async () => {
    const { call, lines } = setUp(async ({ body }) => ({ body, log: { order_id: 'order-1' } }))

    await call()

    expect(lines).toEqual([expect.objectContaining({ msg: 'request', order_id: 'order-1', status: 201 })])
  })

  it('names the order that was rejected', async () => {
    const order = anOrder({ id: 'order-1', status: 'rejected', reason: 'insufficient-stock', shortages: [] })
    const { call, lines } = setUp(() => Promise.reject(new InsufficientStockError(anOrderRequest(), order)))

    await call()

    expect(lines).toEqual([expect.objectContaining({ msg: 'request', order_id: 'order-1', status: 409 })])
  })

  it('may omit successes, but never failures', async () => {
    const { call, lines } = setUp(undefined, NO_SUCCESS)

    await call()
    await call({ body: { name: 7 } })
    await call({ body: { name: 7 } })

    expect(lines.map(({ status }) => status)).toEqual([422, 422])
  })

  it('has successful probes and scrapes only at level debug, and failed ones at every level', async () => {
    const statuses = async (level: string) => {
      const { call, lines } = setUp(undefined, ALL_SUCCESSES, { level, tag: 'operations' })
      await call()
      await call({ body: { name: 7 } })
      return lines.map(({ status }) => status)
    }

    expect(await statuses('info')).toEqual([422])
    expect(await statuses('debug')).toEqual([201, 422])
  })
})

describe('a request with preconditions', () => {
  const reading = defineRoute({
    operationId: 'read',
    method: 'GET',
    path: '/things/{id}',
    summary: 'Read',
    tag: 'things',
    access: 'public',
    success: { status: 200, description: 'The thing' },
    problems: [],
  })
  const get = async (headers: Record<string, string>, method = 'GET', status = 200) => {
    const handler = createHttpStack({ logger: createLogger('silent'), metrics: noMetrics })(reading, () => ({
      status,
      headers: { etag: '"a"' },
      body: { name: 'Lamp' },
    }))
    return handler(httpEvent({ method, headers }), lambdaContext())
  }

  it.each(['"a"', 'W/"a"', '"b", "a"', '*'])('gets a 304 without a body for If-None-Match: %s', async (tags) => {
    for (const method of ['GET', 'HEAD']) {
      const { statusCode, headers, body } = await get({ 'if-none-match': tags }, method)

      expect({ statusCode, body }).toEqual({ statusCode: 304, body: undefined })
      expect(headers).toEqual({
        ...SECURITY,
        etag: '"a"',
        'cache-control': 'no-store',
        'x-request-id': expect.any(String),
      })
    }
  })

  it.each([
    [{ 'if-none-match': '"b"' }, 200],
    [{ 'if-match': '"a"' }, 200],
    [{ 'if-match': '*' }, 200],
    [{ 'if-match': 'W/"a"' }, 412],
    [{ 'if-match': '"b"', 'if-none-match': '"a"' }, 412],
    [{ 'if-match': '"a"', 'if-none-match': '"a"' }, 304],
    [{ 'if-none-match': 'a' }, 422],
    [{ 'if-match': '' }, 422],
  ])('%j gets a %d', async (headers, status) => {
    expect((await get(headers)).statusCode).toBe(status)
  })

  it('gets the response that it would get without them, unless that is a 200', async () => {
    expect((await get({ 'if-none-match': '*' }, 'GET', 503)).statusCode).toBe(503)
  })

  it('is refused before it has an effect, where the route does not evaluate If-Match', async () => {
    let isDone = false
    const { call } = setUp(async ({ body }) => {
      isDone = true
      return { body }
    })

    const { statusCode, body } = await call({ headers: { 'if-match': '*' } })

    expect({ statusCode, type: body.type, isDone }).toEqual({
      statusCode: 412,
      type: '/problems/precondition-failed',
      isDone: false,
    })
  })
})

it('a request with an effect from a page of another origin gets a 403 before it is parsed', async () => {
  const { call } = setUp()

  const { statusCode, body } = await call({ body: '{', headers: { origin: 'https://other.example' } })

  expect({ statusCode, type: body.type }).toEqual({ statusCode: 403, type: '/problems/cross-origin' })
})

it('a request that the host refuses gets that refusal, whatever else is wrong with it', async () => {
  const { handler } = setUp()
  const event = {
    ...httpEvent({ method: 'POST', body: '{', headers: { origin: 'null', 'if-match': 'x' } }),
    rawQueryString: '%ff',
    refusal: { status: 421, code: 'misdirected-request', detail: 'why' },
  }

  const { statusCode, body } = await handler(event, lambdaContext())

  expect(statusCode).toBe(421)
  expect(JSON.parse(body ?? '')).toMatchObject({ type: '/problems/misdirected-request', detail: 'why' })
})

describe('a request that is refused because of overload', () => {
  it('has a sampled access line, and no line with a stack trace', async () => {
    const overloaded = async () => {
      throw new OverloadedError()
    }
    const { call, lines, metrics } = setUp(overloaded, { perSecond: 1, every: 10 })

    for (let request = 0; request < 11; request++) expect(await call()).toMatchObject({ statusCode: 503 })

    expect(lines.map(({ msg, status }) => ({ msg, status }))).toEqual([
      { msg: 'request', status: 503 },
      { msg: 'request', status: 503 },
    ])
    expect(await metrics.render([])).toContain('status="503"} 11')
  })
})

describe('the deadline of a request', () => {
  const never = () => new Promise<never>(() => undefined)
  const arrived = (msAgo: number) => {
    const event = httpEvent({ method: 'POST', path: '/things/7', body: { name: 'Lamp' } })
    return { ...event, requestContext: { ...event.requestContext, timeEpoch: Date.now() - msAgo } }
  }

  it('ends a request whose work hangs, with a 503 that says when to repeat it', async () => {
    const { call } = setUp(never, ALL_SUCCESSES, { deadlineMs: 20 })

    const { statusCode, headers, body } = await call()

    expect({ statusCode, retryAfter: headers?.['retry-after'] }).toEqual({ statusCode: 503, retryAfter: '1' })
    expect(body).toMatchObject({ type: '/problems/unavailable', detail: expect.stringContaining('outcome is unknown') })
  })

  it('lets work that observes it respond with an error that says more', async () => {
    const work: Work = ({ limits }) =>
      new Promise((_, reject) => setTimeout(() => reject(new ExpiredError()), (limits.deadline ?? 0) - Date.now()))
    const { call } = setUp(work, ALL_SUCCESSES, { deadlineMs: 20 })

    expect(await call()).toMatchObject({ statusCode: 503, body: { type: '/problems/overloaded' } })
  })

  it('refuses a request that has waited too long before it arrived here, without any work', async () => {
    let hasStarted = false
    const { handler } = setUp(async ({ body }) => {
      hasStarted = true
      return { body }
    })

    const { statusCode, headers } = await handler(arrived(3_001), lambdaContext())

    expect({ statusCode, retryAfter: headers?.['retry-after'] }).toEqual({ statusCode: 503, retryAfter: '1' })
    expect(hasStarted).toBe(false)
  })

  it('does not concern probes and scrapes', async () => {
    const { handler } = setUp(async ({ body }) => ({ body }), ALL_SUCCESSES, { tag: 'operations' })

    expect(await handler(arrived(20_000), lambdaContext())).toMatchObject({ statusCode: 201 })
  })
})

describe('a request beyond a limit', () => {
  const limited = (settings: Partial<RateLimitSettings>) =>
    new RateLimits({ RATE_LIMIT_PER_ADDRESS: 0, RATE_LIMIT_PER_CALLER: 0, RATE_LIMIT_BURST_SECONDS: 1, ...settings })
  const parts = { logger: createLogger('silent'), metrics: noMetrics }

  it('gets a 429 with the time to wait, before its token is verified', async () => {
    let verified = 0
    const tokens = {
      verify: async () => {
        verified += 1
        return { refusal: 'is not valid' }
      },
    }
    const handler = createHttpStack({ ...parts, tokens, rateLimits: limited({ RATE_LIMIT_PER_ADDRESS: 1 }) })(
      { ...route, access: 'orders:write' },
      () => ({ body: { name: 'Lamp' } }),
    )
    const send = () =>
      handler(httpEvent({ body: { name: 'Lamp' }, headers: { authorization: 'Bearer a.b.c' } }), lambdaContext())

    expect(await send()).toMatchObject({ statusCode: 401 })
    expect(await send()).toMatchObject({
      statusCode: 429,
      headers: {
        'content-type': 'application/problem+json',
        'retry-after': '1',
        'ratelimit-policy': '"address";q=1;w=1',
        ratelimit: '"address";r=0;t=1',
      },
    })
    expect(verified).toBe(1)
  })

  it('is counted for its caller, whatever the token', async () => {
    const verify = async (token: string) => ({ caller: { userId: token.slice(0, 3), may: () => true } })
    const rateLimits = limited({ RATE_LIMIT_PER_CALLER: 1 })
    const handler = createHttpStack({ ...parts, tokens: { verify }, rateLimits })(
      { ...route, access: 'orders:write' },
      ({ body }) => ({ body }),
    )
    const statusOf = async (token: string) => {
      const headers = { authorization: `Bearer ${token}` }
      const event = httpEvent({ method: 'POST', path: '/things/7', body: { name: 'Lamp' }, headers })
      return (await handler(event, lambdaContext())).statusCode
    }

    expect(await statusOf('ada-1')).toBe(201)
    expect(await statusOf('ada-2')).toBe(429)
    expect(await statusOf('eve-1')).toBe(201)
  })
})
