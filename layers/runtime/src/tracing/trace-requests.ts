import { readTraceContext, type Tracer } from '@ecommerce/domain'
import type { HttpHandler, Route } from '../http/route'

/** Other methods are recorded as `_OTHER`, because a caller may send anything. */
const KNOWN_METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE', 'QUERY'])

/** The path of the default route. */
const ANY_PATH = '*'

/** Wraps a handler with a span for each request, which continues the trace of the caller. */
export function traceRequests(tracer: Tracer, route: Pick<Route, 'path'>, handler: HttpHandler): HttpHandler {
  const isPattern = route.path !== ANY_PATH
  return async (event, context) => {
    const method = KNOWN_METHODS.has(event.requestContext.http.method) ? event.requestContext.http.method : '_OTHER'
    const namedMethod = method === '_OTHER' ? 'HTTP' : method
    const name = isPattern ? `${namedMethod} ${route.path}` : namedMethod
    try {
      return await tracer.inSpan(
        { name, kind: 'server', parent: readTraceContext(event.headers), mayBegin: true },
        async (span) => {
          const response = await handler(event, context)
          if (span.context === undefined) return response
          const { statusCode = 200, headers } = response
          span.set({
            'http.request.method': method,
            'url.path': event.rawPath.slice(0, 256),
            'url.scheme': event.headers['x-forwarded-proto'] === 'https' ? 'https' : 'http',
            ...(isPattern && { 'http.route': route.path }),
            'http.response.status_code': statusCode,
            'http.response.header.x-request-id': [String(headers?.['x-request-id'])],
          })
          // A 4xx is an error of the caller, so the span has not failed.
          if (statusCode >= 500) span.fail(String(statusCode))
          return response
        },
      )
    } finally {
      await tracer.invocationEnded()
    }
  }
}
