import { type FieldProblem, InvalidInputError, NotFoundError } from '@ecommerce/domain'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type { z } from '../zod'
import { MalformedRequestError } from './http-errors'
import { toPointer } from './json-pointer'
import { checkBody, readJson } from './read-json'
import type { Route, RouteRequest } from './route'

/**
 * Parses the event with the schemas of the route.
 * @throws {MalformedRequestError} for a query that is not UTF-8, and the errors of `checkBody` and `readJson`
 * @throws {InvalidInputError} naming every invalid member @throws {NotFoundError} for an id that cannot exist
 */
export function parseRequest<R extends Route>(route: R, event: APIGatewayProxyEventV2): RouteRequest<R> {
  checkBody(route, event)
  assertDecodable(event.rawQueryString)
  const request = {
    params: route.params && parseParams(route.params, event),
    query: route.query && parseQuery(route.query, event),
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

/** Without this check, different invalid bytes would become the same text. */
function assertDecodable(query: string): void {
  if (!query.includes('%')) return
  try {
    decodeURIComponent(query)
  } catch (error) {
    throw new MalformedRequestError('The query cannot be decoded as UTF-8.', { cause: error })
  }
}

function parseQuery(
  schema: z.ZodType,
  { rawQueryString, queryStringParameters = {} }: APIGatewayProxyEventV2,
): unknown {
  if (rawQueryString.includes('&')) assertDistinct([...new URLSearchParams(rawQueryString).keys()])
  const query = keepFinalPlusSigns(rawQueryString)
  const isChanged = query !== rawQueryString
  return parse(schema, isChanged ? Object.fromEntries(new URLSearchParams(query)) : queryStringParameters)
}

/**
 * A plus sign in a query is a blank, as in forms. Two or more at the end of the last word are plus signs: people type `c++`, and
 * blanks at the end mean nothing.
 */
function keepFinalPlusSigns(query: string): string {
  return query.includes('++')
    ? query.replace(/(?<=[^=&+])\+{2,}(?=&|$)/g, (signs) => '%2B'.repeat(signs.length))
    : query
}

/** The event has the values of a repeated parameter as one text, which could be a different valid value. */
function assertDistinct(names: readonly string[]): void {
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index))
  if (repeated.size === 0) return
  throw new InvalidInputError([...repeated].map((name) => ({ pointer: toPointer([name]), detail: 'must occur once' })))
}

function parse(schema: z.ZodType, input: unknown): unknown {
  const parsed = schema.safeParse(input)
  if (!parsed.success) throw new InvalidInputError(parsed.error.issues.flatMap(toFieldProblems))
  return parsed.data
}

function toFieldProblems(issue: z.core.$ZodIssue): FieldProblem[] {
  const pointer = toPointer(issue.path)
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: pointer + toPointer([key]),
      detail: 'is not a known member',
    }))
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const nearest = issue.errors.reduce((best, next) => (mismatches(next) < mismatches(best) ? next : best))
    return nearest.flatMap((inner) => toFieldProblems({ ...inner, path: [...issue.path, ...inner.path] }))
  }
  return [{ pointer, detail: issue.message }]
}

/** Counts the mismatches of an alternative of a union. Only the problems of the best alternative are reported. */
function mismatches(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce((count, issue) => {
    if (issue.code === 'unrecognized_keys') return count + issue.keys.length
    return issue.code === 'invalid_type' ? count + 1 : count
  }, 0)
}
