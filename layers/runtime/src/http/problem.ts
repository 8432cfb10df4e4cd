import { AppError, IllegalTransitionError, InsufficientStockError, VersionMismatchError } from '@ecommerce/domain'
import { CredentialsError } from '../identity/identity-errors'
import { z } from '../zod'
import { MethodNotAllowedError, TooManyRequestsError, UnsupportedContentCodingError } from './http-errors'

/** Maps the code of an error to HTTP. Codes are public and stable: the `type` of a problem is `/problems/{code}`. */
export const PROBLEMS = {
  'malformed-json': { status: 400, title: 'Malformed JSON' },
  'malformed-request': { status: 400, title: 'Malformed request' },
  'authentication-required': { status: 401, title: 'Authentication required' },
  'invalid-token': { status: 401, title: 'Invalid access token' },
  'cross-origin': { status: 403, title: 'Cross-origin request refused' },
  'insufficient-scope': { status: 403, title: 'Insufficient scope' },
  'not-found': { status: 404, title: 'Not found' },
  'route-not-found': { status: 404, title: 'Route not found' },
  'method-not-allowed': { status: 405, title: 'Method not allowed' },
  'request-timeout': { status: 408, title: 'Request timeout' },
  'dead-letter-settled': { status: 409, title: 'Dead letter already replayed or discarded' },
  'illegal-transition': { status: 409, title: 'Illegal order status change' },
  'insufficient-stock': { status: 409, title: 'Insufficient stock' },
  'stock-limit': { status: 409, title: 'Stock limit exceeded' },
  'precondition-failed': { status: 412, title: 'Precondition failed' },
  'version-mismatch': { status: 412, title: 'The product has changed' },
  'payload-too-large': { status: 413, title: 'Payload too large' },
  'uri-too-long': { status: 414, title: 'URI too long' },
  'unsupported-media-type': { status: 415, title: 'Unsupported media type' },
  'expectation-failed': { status: 417, title: 'Expectation failed' },
  'misdirected-request': { status: 421, title: 'Misdirected request' },
  'idempotency-key-reused': { status: 422, title: 'Idempotency-Key reused' },
  'invalid-input': { status: 422, title: 'Invalid input' },
  'unknown-product': { status: 422, title: 'Unknown product' },
  'header-fields-too-large': { status: 431, title: 'Request header fields too large' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Internal error' },
  overloaded: { status: 503, title: 'Overloaded' },
  unavailable: { status: 503, title: 'Temporarily unavailable' },
} as const

export type ProblemCode = keyof typeof PROBLEMS

const RETRY_AFTER_SECONDS = 1

export const problemSchema = z
  .object({
    type: z.string().meta({ examples: ['/problems/invalid-input'] }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    request_id: z.string(),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
    legal: z.array(z.string()).optional().meta({ description: 'The allowed next states, for illegal-transition' }),
    order_id: z.string().optional().meta({ description: 'The order recorded as rejected, for insufficient-stock' }),
    current_version: z
      .int()
      .optional()
      .meta({ description: 'The present version of the product, for version-mismatch' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' })

export interface ProblemResponse {
  readonly statusCode: number
  readonly headers: Record<string, string>
  readonly body: string
}

/** Converts an error to an RFC 9457 response. For an unexpected error, the caller receives only the request id. */
export function toProblemResponse(error: unknown, requestId: string): ProblemResponse {
  const code = codeOf(error)
  const { status, title } = PROBLEMS[code]
  const problem: z.input<typeof problemSchema> = {
    type: `/problems/${code}`,
    title,
    status,
    detail: code === 'internal' || !(error instanceof Error) ? 'An unexpected error occurred.' : error.message,
    request_id: requestId,
    ...(error instanceof AppError && error.fields.length > 0 && { errors: [...error.fields] }),
    ...(error instanceof IllegalTransitionError && { legal: [...error.legal] }),
    ...(error instanceof InsufficientStockError && { order_id: error.order.id }),
    ...(error instanceof VersionMismatchError && { current_version: error.currentVersion }),
  }
  return {
    statusCode: status,
    headers: {
      'content-type': 'application/problem+json',
      ...(status === 503 && { 'retry-after': String(RETRY_AFTER_SECONDS) }),
      'cache-control': 'no-store',
      ...(error instanceof UnsupportedContentCodingError && { 'accept-encoding': 'identity' }),
      ...(error instanceof TooManyRequestsError && {
        ...error.headers,
        'retry-after': String(error.retryAfterSeconds),
      }),
      ...(error instanceof CredentialsError && { 'www-authenticate': error.challenge }),
      ...(error instanceof MethodNotAllowedError && { allow: error.allowed.join(', ') }),
    },
    body: JSON.stringify(problem),
  }
}

function codeOf(error: unknown): ProblemCode {
  return error instanceof AppError && isProblemCode(error.code) ? error.code : 'internal'
}

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code)
}
