import { expect } from 'vitest'
import type { HttpResponse } from './http-response'

export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly request_id: string
  readonly errors?: readonly { pointer: string; detail: string }[]
  readonly legal?: readonly string[]
  readonly order_id?: string
  readonly current_version?: number
}

const STATUS_OF = {
  'malformed-json': 400,
  'malformed-request': 400,
  'cross-origin': 403,
  'not-found': 404,
  'route-not-found': 404,
  'method-not-allowed': 405,
  'dead-letter-settled': 409,
  'illegal-transition': 409,
  'insufficient-stock': 409,
  'stock-limit': 409,
  'precondition-failed': 412,
  'version-mismatch': 412,
  'payload-too-large': 413,
  'unsupported-media-type': 415,
  'misdirected-request': 421,
  'idempotency-key-reused': 422,
  'invalid-input': 422,
  'unknown-product': 422,
  'header-fields-too-large': 431,
  'too-many-requests': 429,
  overloaded: 503,
  unavailable: 503,
} as const

/** Asserts that the response is this problem, complete and well-formed, and returns it. */
export function expectProblem(response: HttpResponse, code: keyof typeof STATUS_OF): Problem {
  const problem = expectAnyProblem(response)
  expect({ status: response.status, type: problem.type }, JSON.stringify(problem)).toEqual({
    status: STATUS_OF[code],
    type: `/problems/${code}`,
  })
  return problem
}

/** Asserts that the response is a problem that names its request and reveals no internals, and returns it. */
export function expectAnyProblem({ status, headers, body }: HttpResponse): Problem {
  expect(headers['content-type'], JSON.stringify(body)).toBe('application/problem+json')
  expect(body).toMatchObject({
    status,
    type: expect.stringMatching(/^\/problems\/[a-z-]+$/),
    title: expect.any(String),
    detail: expect.any(String),
    request_id: headers['x-request-id'],
  })
  expect(JSON.stringify(body)).not.toMatch(/\bat .+:\d+:\d+|node_modules|SELECT |INSERT |mysql2/)
  return body as Problem
}

export function pointersOf({ errors = [] }: Problem): string[] {
  return errors.map(({ pointer }) => pointer)
}
