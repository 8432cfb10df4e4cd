import { MethodNotAllowedError, RouteNotFoundError } from '@ecommerce/runtime'
import { methodsOf } from '../api'
import { http } from '../composition/telemetry'
import { unrouted } from './contract'

/** A request that matches no route gets a problem instead of the gateway's own message. */
export const handler = http(unrouted, (_, { rawPath, requestContext }) => {
  const { method } = requestContext.http
  const methods = methodsOf(rawPath)
  // A route that exists but is not served by this process counts as unknown.
  if (methods.length > 0 && !methods.includes(method)) throw new MethodNotAllowedError(methods)
  throw new RouteNotFoundError(method, rawPath)
})
