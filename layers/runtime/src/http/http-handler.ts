import { type CallLimits, DeadlineWatch, EXPIRED, steadyNow } from '@ecommerce/domain'
import middy, { type MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import type { Caller } from '../identity/caller'
import { identifyCaller } from '../identity/identify-caller'
import type { TokenVerifier } from '../identity/token-verifier'
import type { Logger } from '../logger'
import { createSampler } from '../sampler'
import { ALL_SUCCESSES, type StackParts } from '../stack-parts'
import { traceRequests } from '../tracing/trace-requests'
import { type Access, AccessRecord, isOverload } from './access-record'
import { conditionalResult, refuseUnreadIfMatch } from './conditional-result'
import { type CrossOriginPolicy, NO_OTHER_ORIGIN } from './cross-origin'
import { type Refusal, RefusedRequestError } from './http-errors'
import { parseRequest } from './parse-request'
import { toProblemResponse } from './problem'
import { NO_RATE_LIMITS, type RateLimits } from './rate-limits'
import { limitsOf } from './request-limits'
import type { HttpHandler, Route, RouteRequest, RouteResponse } from './route'
import { type SecurityHeaders, WITHOUT_TLS } from './security-headers'

export interface HttpStackParts extends StackParts {
  /** Default: no page of another origin may use the API. */
  readonly crossOrigin?: CrossOriginPolicy
  /** Default: those of a shop without TLS in front. */
  readonly securityHeaders?: SecurityHeaders
  /** The time from the arrival of a request to its deadline. Default: the timeout of the function is the only limit. */
  readonly deadlineMs?: number
  /** Verifies the tokens of callers. Default: anybody may use every route. */
  readonly tokens?: TokenVerifier | undefined
  /** Default: no limits. */
  readonly rateLimits?: RateLimits | undefined
}

/** The property of an event that holds its `Access`. A WeakMap would cost garbage collection for each request. */
const ACCESS = Symbol('access')
type HttpEvent = APIGatewayProxyEventV2 & {
  [ACCESS]?: Access
  /** The function host adds it to the event of a request that it refuses by itself. */
  readonly refusal?: Refusal
}

type HttpMiddleware = MiddlewareObj<HttpEvent, APIGatewayProxyStructuredResultV2>

/**
 * Creates a Lambda handler for a route of API Gateway's HTTP API (payload 2.0).
 * @param work handles a valid request
 */
export type HttpStack = <R extends Route>(
  route: R,
  work: (request: NamedRequest<R>, event: APIGatewayProxyEventV2) => Promise<RouteResponse<R>> | RouteResponse<R>,
) => HttpHandler

type NamedRequest<R extends Route> = RouteRequest<R> & {
  /** The id in the access log and in the header `x-request-id`. */
  readonly requestId: string
  /** For all work that the request causes. */
  readonly limits: CallLimits
  readonly caller: Caller
}

/** Work that observes the deadline itself has an error that says more. So the stack gives up a moment later. */
const GIVE_UP_AFTER_MS = 50

/**
 * Creates the stack that all HTTP functions share: request id, deadline, access log, metrics, access check,
 * validation, errors as problem+json. Every error becomes a response, so a handler never rejects.
 */
export function createHttpStack({
  crossOrigin = NO_OTHER_ORIGIN,
  securityHeaders = WITHOUT_TLS,
  tokens,
  deadlineMs = Number.POSITIVE_INFINITY,
  rateLimits = NO_RATE_LIMITS,
  ...parts
}: HttpStackParts): HttpStack {
  const { logger, metrics, tracer, logSuccesses = ALL_SUCCESSES } = parts
  const shouldLog = createSampler(logSuccesses)
  const shouldLogOverload = createSampler(logSuccesses)
  const waiting = new DeadlineWatch()
  return (route, work) => {
    // Probes and scrapes have time limits of their own, and a process that was stopped for a while must answer them.
    const isLimited = route.tag !== 'operations'
    const record = new AccessRecord(route, logger, metrics, shouldLog, shouldLogOverload)
    const identify = identifyCaller(route, tokens)
    // The timeout of Lambda is enough. The early timeout of middy would set a timer for every request.
    const handler: HttpHandler = middy<HttpEvent, APIGatewayProxyStructuredResultV2>({ timeoutEarlyInMillis: 0 })
      .use(responseHeaders(crossOrigin, securityHeaders))
      .use(accessRecord(record))
      .use(problemResponse(logger))
      .handler(async (event, context) => {
        const ofAddress = rateLimits.countAddress(event)
        if (event.refusal !== undefined) throw new RefusedRequestError(event.refusal)
        crossOrigin.check(event)
        const now = steadyNow()
        const limits = isLimited ? limitsOf(event, context, { deadlineMs, wallNow: Date.now(), now }) : NO_LIMITS
        if (limits.deadline <= now) throw EXPIRED
        const caller = await identify(event)
        const allowance = rateLimits.countCaller(caller.userId) ?? ofAddress
        if (event[ACCESS] && caller.userId !== undefined) event[ACCESS].caller = caller.userId
        const request = { ...parseRequest(route, event), requestId: requestIdOf(event, context), limits, caller }
        refuseUnreadIfMatch(route, request.headers, event)
        const working = work(request, event)
        const response =
          isLimited && working instanceof Promise
            ? await waiting.until(limits.deadline + GIVE_UP_AFTER_MS, working)
            : await working
        if (event[ACCESS] && response.log) event[ACCESS].about = response.log
        return conditionalResult(withHeaders(toResult(route, response), allowance), event)
      })
    return tracer === undefined || route.tag === 'operations' ? handler : traceRequests(tracer, route, handler)
  }
}

const NO_LIMITS = { deadline: Number.POSITIVE_INFINITY }

/** Catalogue and orders change at any time. A response that may be cached says so itself. */
const NOT_CACHED = { 'cache-control': 'no-store' }

function toResult<R extends Route>(route: R, response: RouteResponse<R>): APIGatewayProxyStructuredResultV2 {
  const { status = route.success.status, headers, body } = response
  if (body === undefined) return { statusCode: status, headers: { ...NOT_CACHED, ...headers } }
  return {
    statusCode: status,
    headers: { 'content-type': route.success.mediaType ?? 'application/json', ...NOT_CACHED, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }
}

function withHeaders(
  result: APIGatewayProxyStructuredResultV2,
  headers: Readonly<Record<string, string>> | undefined,
): APIGatewayProxyStructuredResultV2 {
  return headers === undefined ? result : { ...result, headers: { ...result.headers, ...headers } }
}

const ACCEPTABLE_REQUEST_ID = /^[\w.:-]{1,128}$/

/** Returns the request id of the caller, so that a request can be followed across systems, or else that of Lambda. */
function requestIdOf(event: APIGatewayProxyEventV2, context: Context): string {
  const given = event.headers['x-request-id']
  return given !== undefined && ACCEPTABLE_REQUEST_ID.test(given) ? given : context.awsRequestId
}

function responseHeaders(crossOrigin: CrossOriginPolicy, securityHeaders: SecurityHeaders): HttpMiddleware {
  const setHeaders: HttpMiddleware['after'] = ({ event, context, response }) => {
    if (!response) return
    securityHeaders.addTo(response)
    response.headers = { ...response.headers, 'x-request-id': requestIdOf(event, context) }
    if (crossOrigin.isOpen) Object.assign(response.headers, crossOrigin.responseHeaders(event))
  }
  return { after: setHeaders, onError: setHeaders }
}

/** Gives each event an `Access`, to which the handler may add, and records the request when it is completed. */
function accessRecord(record: AccessRecord): HttpMiddleware {
  const recordBefore: HttpMiddleware['before'] = ({ event }) => {
    event[ACCESS] = { startedAt: performance.now() }
  }
  const recordAfter: HttpMiddleware['after'] = ({ event, context, response, error }) => {
    const { startedAt = performance.now(), about, caller } = event[ACCESS] ?? {}
    record.completed({
      startedAt,
      about,
      caller,
      requestId: requestIdOf(event, context),
      method: event.requestContext.http.method,
      status: response?.statusCode ?? 200,
      error,
    })
  }
  return { before: recordBefore, after: recordAfter, onError: recordAfter }
}

function problemResponse(logger: Logger): HttpMiddleware {
  return {
    onError: (request) => {
      const { error, event, context } = request
      const id = requestIdOf(event, context)
      request.response = toProblemResponse(error, id)
      const { statusCode = 500 } = request.response
      if (isOverload(error)) return
      // A 503 ends by itself or shows on /ready. Any other 5xx is a defect that somebody must fix.
      if (statusCode >= 500) logger[statusCode === 503 ? 'warn' : 'error']({ request_id: id, err: error }, 'failed')
    },
  }
}
