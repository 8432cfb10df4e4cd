import { Writable } from 'node:stream'
import { UnavailableError } from '@ecommerce/domain'
import { type HttpEventOptions, httpEvent, lambdaContext } from '@ecommerce/testing'
import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import type { Scope } from '../identity/scopes'
import type { TokenVerifier } from '../identity/token-verifier'
import { createLogger } from '../logger'
import { noMetrics } from '../metrics/no-metrics'
import { createHttpStack } from './http-handler'
import { defineRoute, type Route } from './route'

const read = defineRoute({
  operationId: 'read',
  method: 'GET',
  path: '/things',
  summary: 'Read',
  tag: 'things',
  access: 'orders:read',
  success: { status: 200, description: 'Read', body: z.unknown() },
  problems: [],
})
const write = defineRoute({ ...read, operationId: 'write', method: 'POST', body: z.strictObject({ name: z.string() }) })
const open = defineRoute({ ...read, operationId: 'open', access: 'public' })
const revealing = defineRoute({ ...open, operationId: 'reveal', reveals: 'operations:read' })

const token = (userId: string, ...scopes: Scope[]) => Buffer.from(JSON.stringify({ userId, scopes })).toString('base64')

/** Reads the tokens above. The tests of the verifier have real ones. */
const verifier: TokenVerifier = {
  verify: async (text) => {
    if (text === 'down') throw new UnavailableError('The identity provider')
    if (text === 'expired') return { refusal: 'has expired' }
    const { userId, scopes } = JSON.parse(Buffer.from(text, 'base64').toString())
    return { caller: { userId, may: (scope) => scopes.includes(scope) } }
  },
}

function setUp(route: Route, tokens: TokenVerifier | undefined = verifier) {
  const lines: Record<string, unknown>[] = []
  const sink = new Writable({
    write(chunk, _, done) {
      lines.push(JSON.parse(String(chunk)))
      done()
    },
  })
  const work = vi.fn()
  const stack = createHttpStack({ logger: createLogger('info', sink), metrics: noMetrics, tokens })
  const handler = stack(route, ({ caller }) => {
    work()
    return {
      body: { user: caller.userId, manages: caller.may('orders:manage'), operates: caller.may('operations:read') },
    }
  })
  const call = async (options: HttpEventOptions = {}) => {
    const {
      statusCode,
      headers = {},
      body,
    } = await handler(httpEvent(options), lambdaContext({ awsRequestId: 'id-1' }))
    return { status: statusCode, challenge: headers['www-authenticate'], headers, body: JSON.parse(body ?? 'null') }
  }
  const send = (authorization: string, options: HttpEventOptions = {}) =>
    call({ ...options, headers: { authorization } })
  return { call, send, work, lines }
}

describe('a route with a scope', () => {
  it('gets the caller of a token with the scope', async () => {
    const { send } = setUp(read)

    expect(await send(`Bearer ${token('ann', 'orders:read')}`)).toMatchObject({
      status: 200,
      body: { user: 'ann', manages: false },
    })
  })

  it('logs who the caller is', async () => {
    const { send, lines } = setUp(read)

    await send(`Bearer ${token('ann', 'orders:read')}`)

    expect(lines).toEqual([expect.objectContaining({ msg: 'request', caller: 'ann' })])
  })

  it('refuses a request without a token, and says which scope it needs', async () => {
    const { call, work } = setUp(read)

    expect(await call()).toMatchObject({
      status: 401,
      challenge: 'Bearer realm="ecommerce", scope="orders:read"',
      body: { type: '/problems/authentication-required', status: 401, request_id: 'id-1' },
    })
    expect(work).not.toHaveBeenCalled()
  })

  it.each(['Basic YW5uOnNlY3JldA==', 'Digest username="ann"', 'BearerX abc', ''])(
    'counts the credentials %j as no token',
    async (authorization) => {
      expect(await setUp(read).send(authorization)).toMatchObject({
        status: 401,
        challenge: expect.not.stringContaining('error='),
      })
    },
  )

  it('refuses an invalid token with its reason', async () => {
    expect(await setUp(read).send('Bearer expired')).toMatchObject({
      status: 401,
      challenge: 'Bearer realm="ecommerce", error="invalid_token", error_description="The access token has expired."',
      body: { type: '/problems/invalid-token', detail: 'The access token has expired.' },
    })
  })

  it('refuses a token without the scope, and names the scope', async () => {
    expect(await setUp(read).send(`Bearer ${token('ann', 'orders:write')}`)).toMatchObject({
      status: 403,
      challenge:
        'Bearer realm="ecommerce", error="insufficient_scope", error_description="This request needs the scope orders:read.", scope="orders:read"',
      body: { type: '/problems/insufficient-scope', status: 403 },
    })
  })

  it.each([
    'Bearer one,Bearer two',
    'Bearer one, bearer two',
    'Basic YW5u,Bearer two',
    'Bearer one,Basic YW5u',
    'Bearer',
    'Bearer ',
    'Bearer one two',
    'Bearer "one"',
    'Bearer ünicode',
  ])('refuses the header Authorization: %s', async (authorization) => {
    expect(await setUp(read).send(authorization)).toMatchObject({
      status: 400,
      challenge: expect.stringContaining('error="invalid_request"'),
      body: { type: '/problems/malformed-request' },
    })
  })

  it.each([{}, { authorization: `Bearer ${token('ann', 'orders:read')}` }])(
    'refuses a token in the query, with the headers %j',
    async (headers) => {
      const response = await setUp(read).call({ query: { access_token: token('ann', 'orders:read') }, headers })

      expect(response).toMatchObject({ status: 400, challenge: expect.stringContaining('invalid_request') })
    },
  )

  it('checks the caller before the body', async () => {
    expect(await setUp(write).call({ method: 'POST', body: '{' })).toMatchObject({ status: 401 })
  })

  it('is unavailable, and not open, while the token cannot be verified', async () => {
    const { send, work } = setUp(read)

    const response = await send('Bearer down')

    expect(response).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
    expect(work).not.toHaveBeenCalled()
  })

  it.each(['bearer', 'BEARER', 'Bearer  '])('accepts the scheme as %s', async (scheme) => {
    expect(await setUp(read).send(`${scheme} ${token('ann', 'orders:read')}`)).toMatchObject({ status: 200 })
  })
})

describe('a public route', () => {
  it.each([undefined, 'Bearer expired', 'Bearer down', `Bearer ${token('ann', 'orders:manage')}`])(
    'needs no token, and ignores %s',
    async (authorization) => {
      expect(await setUp(open).call({ headers: { authorization } })).toMatchObject({
        status: 200,
        body: { manages: false },
      })
    },
  )

  it.each([
    { given: undefined, operates: false },
    { given: 'Bearer expired', operates: false },
    { given: 'Bearer down', operates: false },
    { given: `Bearer ${token('ann', 'orders:read')}`, operates: false },
    { given: `Bearer ${token('otto', 'operations:read')}`, operates: true },
  ])('may reveal more to a caller with a scope: $given', async ({ given, operates }) => {
    const response = await setUp(revealing).call({ headers: { authorization: given } })

    expect(response).toMatchObject({ status: 200, body: { operates } })
  })
})

describe('a shop without an identity provider', () => {
  const handlerOf = (route: typeof read) => {
    const sink = new Writable({ write: (_chunk, _encoding, done) => done() })
    const stack = createHttpStack({ logger: createLogger('info', sink), metrics: noMetrics })
    return stack(route, ({ caller }) => ({ body: { manages: caller.may('orders:manage') } }))
  }

  it.each([undefined, 'Bearer anything', 'Bearer one,Bearer two'])('is open to %s', async (authorization) => {
    const event = httpEvent({ headers: { authorization }, query: { access_token: 'x' } })

    expect(await handlerOf(read)(event, lambdaContext())).toMatchObject({ statusCode: 200, body: '{"manages":true}' })
  })
})

it('does not compile without the access that a route needs', () => {
  const { access: _, ...undeclared } = read

  // @ts-expect-error the contract of every route declares its access
  expect(defineRoute(undeclared)).toBeDefined()
  // @ts-expect-error only known scopes can be declared
  expect(defineRoute({ ...read, access: 'orders:everything' })).toBeDefined()
})
