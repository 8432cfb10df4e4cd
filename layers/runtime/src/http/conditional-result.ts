import { InvalidInputError } from '@ecommerce/domain'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { entityTags, failedPrecondition, type Preconditions } from './entity-tags'
import { PreconditionFailedError } from './http-errors'
import type { Route } from './route'

const READING = ['GET', 'HEAD']
/** The headers of a 304 (RFC 9110, section 15.4.5). */
const OF_THE_BODY = ['content-type']

/**
 * Refuses If-Match for a request that changes something, where the route does not evaluate it: the target of the request
 * has no representation, so no tag can match (RFC 9110, section 13.1.1). Ignoring it would make an unwanted change.
 * @throws {PreconditionFailedError}
 */
export function refuseUnreadIfMatch(route: Route, headers: unknown, event: APIGatewayProxyEventV2): void {
  if (event.headers['if-match'] === undefined || route.method === 'GET' || route.method === 'ANY') return
  const isRead = typeof headers === 'object' && headers !== null && 'if-match' in headers
  if (!isRead) throw new PreconditionFailedError()
}

/**
 * Evaluates the preconditions of a request that reads: 304 for a representation that the client has already.
 * @throws {PreconditionFailedError} @throws {InvalidInputError} for a header that is no list of entity tags
 */
export function conditionalResult(
  result: APIGatewayProxyStructuredResultV2,
  { headers, requestContext }: APIGatewayProxyEventV2,
): APIGatewayProxyStructuredResultV2 {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers
  if (match === undefined && noneMatch === undefined) return result
  if (result.statusCode !== 200 || !READING.includes(requestContext.http.method)) return result
  const failed = failedPrecondition(parse({ match, noneMatch }), etagOf(result))
  if (failed === 'match') throw new PreconditionFailedError()
  return failed === 'none-match' ? toNotModified(result) : result
}

function parse({ match, noneMatch }: { match?: string | undefined; noneMatch?: string | undefined }): Preconditions {
  return { match: tagsIn('if-match', match), noneMatch: tagsIn('if-none-match', noneMatch) }
}

function tagsIn(header: string, text: string | undefined) {
  if (text === undefined) return undefined
  const parsed = entityTags.safeParse(text)
  if (parsed.success) return parsed.data
  throw new InvalidInputError(parsed.error.issues.map(({ message }) => ({ pointer: `/${header}`, detail: message })))
}

function etagOf({ headers = {} }: APIGatewayProxyStructuredResultV2): string | undefined {
  return headers.etag === undefined ? undefined : String(headers.etag)
}

function toNotModified({ headers = {} }: APIGatewayProxyStructuredResultV2): APIGatewayProxyStructuredResultV2 {
  const kept = Object.entries(headers).filter(([name]) => !OF_THE_BODY.includes(name))
  return { statusCode: 304, headers: Object.fromEntries(kept) }
}
