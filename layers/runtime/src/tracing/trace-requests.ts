import { readTraceContext, type Tracer } from '@ecommerce/domain'
import type { HttpHandler, Route } from '../http/route'

/** Others are `_OTHER`: a caller may send any. */
const KNOWN_METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE', 'QUERY'])

/** No route has this pattern: it stands for all other paths. */
const ANY_PATH = '*'

/** The same handler, each of its requests in a span that continues the caller's trace. */
export function traceRequests(tracer: Tracer, route: Pick<Route, 'path'>, handler: HttpHandler): HttpHandler {
  const isPattern = route.path !== ANY_PATH
  return async (event, context) => {
    const method = KNOWN_METHODS.has(event.requestContext.http.method) ? event.requestContext.http.method : '_OTHER'
    const spokenMethod = method === '_OTHER' ? 'HTTP' : method
    const name = isPattern ? `${spokenMethod} ${route.path}` : spokenMethod
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
          // A 4xx is the caller's error, not this span's.
          if (statusCode >= 500) span.fail(String(statusCode))
          return response
        },
      )
    } finally {
      await tracer.invocationEnded()
    }
  }
}
