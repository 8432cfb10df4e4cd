import { MethodNotAllowedError, RouteNotFoundError } from '@ecommerce/runtime'
import { methodsOf } from '../api'
import { http } from '../composition/telemetry'
import { unrouted } from './contract'

/** What no route matches still gets a problem, not the gateway's own message. */
export const handler = http(unrouted, (_, { rawPath, requestContext }) => {
  const { method } = requestContext.http
  const methods = methodsOf(rawPath)
  // A route that exists, in a process that does not serve it, is none.
  if (methods.length > 0 && !methods.includes(method)) throw new MethodNotAllowedError(methods)
  throw new RouteNotFoundError(method, rawPath)
})
