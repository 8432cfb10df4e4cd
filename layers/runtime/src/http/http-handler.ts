import middy, { type MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import type { Logger } from '../logger'
import { createSampler } from '../sampler'
import { ALL_SUCCESSES, type StackParts } from '../stack-parts'
import { traceRequests } from '../tracing/trace-requests'
import { type Access, AccessRecord } from './access-record'
import { parseRequest } from './parse-request'
import { toProblemResponse } from './problem'
import type { HttpHandler, Route, RouteRequest, RouteResponse } from './route'

/** Carries what is known of the request: a map from events to it would be work for the collector at every request. */
const ACCESS = Symbol('access')
type HttpEvent = APIGatewayProxyEventV2 & { [ACCESS]?: Access }

type HttpMiddleware = MiddlewareObj<HttpEvent, APIGatewayProxyStructuredResultV2>

/** Makes a Lambda handler for API Gateway's HTTP API (payload 2.0) of a route and what is done with its request. */
export type HttpStack = <R extends Route>(
  route: R,
  work: (request: NamedRequest<R>, event: APIGatewayProxyEventV2) => Promise<RouteResponse<R>> | RouteResponse<R>,
) => HttpHandler

type NamedRequest<R extends Route> = RouteRequest<R> & {
  /** The one in the access log and in `x-request-id`. */
  readonly requestId: string
}

/**
 * The one HTTP stack: request id, access log, metrics, parse and validate, errors as problem+json. Whatever the work throws
 * becomes a response: the handler never rejects.
 */
export function createHttpStack({ logger, metrics, tracer, logSuccesses = ALL_SUCCESSES }: StackParts): HttpStack {
  const shouldLog = createSampler(logSuccesses)
  return (route, work) => {
    const record = new AccessRecord(route, logger, metrics, shouldLog)
    // Lambda's own timeout is enough: middy's early timeout would set a timer for every request.
    const handler: HttpHandler = middy<HttpEvent, APIGatewayProxyStructuredResultV2>({ timeoutEarlyInMillis: 0 })
      .use(requestId())
      .use(accessRecord(record))
      .use(problemResponse(logger))
      .handler(async (event, context) => {
        const request = { ...parseRequest(route, event), requestId: requestIdOf(event, context) }
        const response = await work(request, event)
        if (event[ACCESS] && response.log) event[ACCESS].about = response.log
        return toResult(route, response)
      })
    return tracer === undefined || route.tag === 'operations' ? handler : traceRequests(tracer, route, handler)
  }
}

function toResult<R extends Route>(route: R, response: RouteResponse<R>): APIGatewayProxyStructuredResultV2 {
  const { status = route.success.status, headers, body } = response
  if (body === undefined) return { statusCode: status, headers: { ...headers } }
  return {
    statusCode: status,
    headers: { 'content-type': route.success.mediaType ?? 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }
}

const ACCEPTABLE_REQUEST_ID = /^[\w.:-]{1,128}$/

/** The caller's request id, so that a request can be followed across systems, or else Lambda's. */
function requestIdOf(event: APIGatewayProxyEventV2, context: Context): string {
  const given = event.headers['x-request-id']
  return given !== undefined && ACCEPTABLE_REQUEST_ID.test(given) ? given : context.awsRequestId
}

function requestId(): HttpMiddleware {
  const requestIdAfter: HttpMiddleware['after'] = ({ event, context, response }) => {
    if (response) response.headers = { ...response.headers, 'x-request-id': requestIdOf(event, context) }
  }
  return { after: requestIdAfter, onError: requestIdAfter }
}

/** Between the event and the answer, each request has an `Access`, which the handler may add to. */
function accessRecord(record: AccessRecord): HttpMiddleware {
  const recordBefore: HttpMiddleware['before'] = ({ event }) => {
    event[ACCESS] = { startedAt: performance.now() }
  }
  const recordAfter: HttpMiddleware['after'] = ({ event, context, response, error }) => {
    const { startedAt = performance.now(), about } = event[ACCESS] ?? {}
    record.answered({
      startedAt,
      about,
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
      // 503 passes by itself or is seen on /ready; what is left are defects somebody must look at.
      if (statusCode >= 500) logger[statusCode === 503 ? 'warn' : 'error']({ request_id: id, err: error }, 'failed')
    },
  }
}
