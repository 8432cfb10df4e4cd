import { type FieldProblem, InvalidInputError, NotFoundError } from '@ecommerce/domain'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type { z } from '../zod'
import { MalformedJsonError, PayloadTooLargeError, UnsupportedMediaTypeError } from './http-errors'
import type { Route, RouteRequest } from './route'

export const MAX_BODY_BYTES = 64 * 1024

/**
 * Parses the event with the schemas of the route.
 * @throws {PayloadTooLargeError} @throws {UnsupportedMediaTypeError} @throws {MalformedJsonError}
 * @throws {InvalidInputError} naming every invalid member @throws {NotFoundError} for an id that cannot exist
 */
export function parseRequest<R extends Route>(route: R, event: APIGatewayProxyEventV2): RouteRequest<R> {
  const request = {
    params: route.params && parseParams(route.params, event),
    query: route.query && parse(route.query, event.queryStringParameters ?? {}),
    headers: route.headers && parse(route.headers, event.headers),
    body: route.body && parse(route.body, readJson(route, event)),
  }
  return request as RouteRequest<R> // each part is the output of the schema that RouteRequest names
}

function parseParams(schema: z.ZodType, event: APIGatewayProxyEventV2): unknown {
  const parsed = schema.safeParse(event.pathParameters ?? {})
  if (!parsed.success) throw new NotFoundError('resource', event.pathParameters?.id ?? event.rawPath)
  return parsed.data
}

function parse(schema: z.ZodType, input: unknown): unknown {
  const parsed = schema.safeParse(input)
  if (!parsed.success) throw new InvalidInputError(parsed.error.issues.flatMap(toFieldProblems))
  return parsed.data
}

/** Returns undefined for an absent body. The schema decides whether the body is required. */
function readJson(route: Route, event: APIGatewayProxyEventV2): unknown {
  // serverless-offline passes the bodies `false` and `0` as these values. API Gateway always sends text.
  const given = String(event.body ?? '')
  const body = event.isBase64Encoded ? Buffer.from(given, 'base64').toString() : given
  if (Buffer.byteLength(body) > MAX_BODY_BYTES) throw new PayloadTooLargeError(MAX_BODY_BYTES)
  if (body === '' && route.body?.safeParse(undefined).success) return undefined

  const accepted = ['application/json', ...(route.mediaTypes ?? [])]
  const mediaType = event.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (!accepted.includes(mediaType)) throw new UnsupportedMediaTypeError(accepted)
  try {
    return JSON.parse(body)
  } catch (error) {
    throw new MalformedJsonError({ cause: error })
  }
}

function toFieldProblems(issue: z.core.$ZodIssue): FieldProblem[] {
  const pointer = issue.path.map(toPointerStep).join('')
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: pointer + toPointerStep(key.slice(0, 64)),
      detail: 'is not a known member',
    }))
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const nearest = issue.errors.reduce((best, next) => (mismatches(next) < mismatches(best) ? next : best))
    return nearest.flatMap((inner) => toFieldProblems({ ...inner, path: [...issue.path, ...inner.path] }))
  }
  return [{ pointer, detail: issue.message }]
}

/** Escapes a step of a JSON pointer (RFC 6901). */
function toPointerStep(step: PropertyKey): string {
  return `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** Counts the mismatches of an alternative of a union. Only the problems of the best alternative are reported. */
function mismatches(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce((count, issue) => {
    if (issue.code === 'unrecognized_keys') return count + issue.keys.length
    return issue.code === 'invalid_type' ? count + 1 : count
  }, 0)
}
