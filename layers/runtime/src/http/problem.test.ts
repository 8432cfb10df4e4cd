import {
  type AppError,
  DeadLetterSettledError,
  IdempotencyKeyReusedError,
  IllegalTransitionError,
  InsufficientStockError,
  InvalidInputError,
  MAX_STOCK,
  NotFoundError,
  OverloadedError,
  StockLimitError,
  UnavailableError,
  UnknownProductError,
  VersionMismatchError,
} from '@ecommerce/domain'
import { anOrder, anOrderRequest } from '@ecommerce/testing'
import { describe, expect, it } from 'vitest'
import {
  AuthenticationRequiredError,
  InsufficientScopeError,
  InvalidCredentialsError,
  InvalidTokenError,
} from '../identity/identity-errors'
import {
  CrossOriginError,
  MalformedJsonError,
  MalformedRequestError,
  MethodNotAllowedError,
  PayloadTooLargeError,
  PreconditionFailedError,
  RefusedRequestError,
  RouteNotFoundError,
  TooManyRequestsError,
  UnsupportedContentCodingError,
  UnsupportedMediaTypeError,
} from './http-errors'
import { PROBLEMS, problemSchema, toProblemResponse } from './problem'

const rejected = anOrder({
  id: 'order-1',
  status: 'rejected',
  reason: 'insufficient-stock',
  shortages: [{ productId: 1, requested: 2, available: 1 }],
})

const ERRORS: readonly { error: AppError; status: number; code: string; more?: object }[] = [
  { error: new MalformedJsonError('The body is not valid JSON.'), status: 400, code: 'malformed-json' },
  { error: new MalformedRequestError('why'), status: 400, code: 'malformed-request' },
  { error: new InvalidCredentialsError('why'), status: 400, code: 'malformed-request' },
  { error: new AuthenticationRequiredError('orders:read'), status: 401, code: 'authentication-required' },
  { error: new InvalidTokenError('has expired'), status: 401, code: 'invalid-token' },
  { error: new CrossOriginError(), status: 403, code: 'cross-origin' },
  { error: new InsufficientScopeError('orders:manage'), status: 403, code: 'insufficient-scope' },
  { error: new NotFoundError('order', 'x'), status: 404, code: 'not-found' },
  { error: new RouteNotFoundError('GET', '/x'), status: 404, code: 'route-not-found' },
  { error: new MethodNotAllowedError(['GET']), status: 405, code: 'method-not-allowed' },
  { error: new DeadLetterSettledError('replayed'), status: 409, code: 'dead-letter-settled' },
  {
    error: new IllegalTransitionError('confirmed', 'delivered'),
    status: 409,
    code: 'illegal-transition',
    more: { legal: ['shipped', 'cancelled'] },
  },
  {
    error: new InsufficientStockError(anOrderRequest(), rejected),
    status: 409,
    code: 'insufficient-stock',
    more: { order_id: 'order-1', errors: [{ pointer: '/quantity', detail: 'only 1 available' }] },
  },
  { error: new StockLimitError(1, -2), status: 409, code: 'insufficient-stock' },
  { error: new StockLimitError(1, MAX_STOCK), status: 409, code: 'stock-limit' },
  { error: new VersionMismatchError(3), status: 412, code: 'version-mismatch', more: { current_version: 3 } },
  { error: new PreconditionFailedError(), status: 412, code: 'precondition-failed' },
  { error: new PayloadTooLargeError(1), status: 413, code: 'payload-too-large' },
  { error: new UnsupportedMediaTypeError(['application/json']), status: 415, code: 'unsupported-media-type' },
  { error: new UnsupportedContentCodingError(), status: 415, code: 'unsupported-media-type' },
  ...[
    [408, 'request-timeout'],
    [414, 'uri-too-long'],
    [417, 'expectation-failed'],
    [421, 'misdirected-request'],
    [431, 'header-fields-too-large'],
  ].map(([status, code]) => ({
    error: new RefusedRequestError({ code: String(code), detail: 'why' }),
    status: Number(status),
    code: String(code),
  })),
  { error: new IdempotencyKeyReusedError(), status: 422, code: 'idempotency-key-reused' },
  {
    error: new InvalidInputError([{ pointer: '/name', detail: 'is missing' }]),
    status: 422,
    code: 'invalid-input',
    more: { errors: [{ pointer: '/name', detail: 'is missing' }] },
  },
  { error: new UnknownProductError(anOrderRequest(), [1]), status: 422, code: 'unknown-product' },
  { error: new TooManyRequestsError('address', 2, {}), status: 429, code: 'too-many-requests' },
  { error: new OverloadedError(), status: 503, code: 'overloaded' },
  { error: new UnavailableError('MySQL'), status: 503, code: 'unavailable' },
]

describe('a problem response', () => {
  it.each(ERRORS)('says $status $code', ({ error, status, code, more = {} }) => {
    const { statusCode, headers, body } = toProblemResponse(error, 'request-1')

    expect(statusCode).toBe(status)
    expect(headers['content-type']).toBe('application/problem+json')
    expect(problemSchema.strict().parse(JSON.parse(body))).toMatchObject({
      type: `/problems/${code}`,
      status,
      title: expect.any(String),
      detail: error.message,
      request_id: 'request-1',
      ...more,
    })
  })

  it('exists for every code of an error', () => {
    const tested = new Set([...ERRORS.map(({ code }) => code), 'internal'])

    expect([...tested].sort()).toEqual(Object.keys(PROBLEMS).sort())
  })

  it.each([
    new Error('connect to mysql://root:secret@db failed'),
    Object.assign(new Error('secret'), { code: 'not-found' }),
    Object.assign(new Error('secret'), { code: 'constructor', statusCode: 200 }),
    'secret',
    { message: 'secret' },
    null,
    undefined,
  ])('reveals nothing about an unexpected error (%#)', (error) => {
    const response = toProblemResponse(error, 'request-1')

    expect(response).toEqual({
      statusCode: 500,
      headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
      body: JSON.stringify({
        type: '/problems/internal',
        title: 'Internal error',
        status: 500,
        detail: 'An unexpected error occurred.',
        request_id: 'request-1',
      }),
    })
  })

  it('reveals nothing about the cause of an unavailable dependency', () => {
    const error = new UnavailableError('MySQL', { cause: new Error('root:secret@db') })

    expect(toProblemResponse(error, 'request-1').body).not.toContain('secret')
  })

  it.each([new OverloadedError(), new UnavailableError('MySQL')])('says when to try again (%s)', (error) => {
    expect(Number(toProblemResponse(error, 'request-1').headers['retry-after'])).toBeGreaterThan(0)
  })

  it('has the headers of the limit that a request exceeds', () => {
    const error = new TooManyRequestsError('caller', 2, { ratelimit: '"caller";r=0;t=2' })

    expect(toProblemResponse(error, 'request-1').headers).toMatchObject({
      'retry-after': '2',
      ratelimit: '"caller";r=0;t=2',
    })
  })

  it('names the methods that a path supports', () => {
    const { headers } = toProblemResponse(new MethodNotAllowedError(['GET', 'POST']), 'request-1')

    expect(headers.allow).toBe('GET, POST')
  })
})
