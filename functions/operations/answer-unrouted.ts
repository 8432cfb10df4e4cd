import { MethodNotAllowedError, RouteNotFoundError } from '@ecommerce/runtime'
import { methodsOf, methodsOfAll } from '../api'
import { crossOrigin, http } from '../composition/telemetry'
import { unrouted } from './contract'

/**
 * A request that matches no route gets a problem instead of the message of the gateway. So does a request that the host
 * refuses by itself: its event makes every function of the shop respond with that refusal. Also responds to preflights.
 */
export const handler = http(unrouted, (_, event) => {
  const { rawPath } = event
  const { method } = event.requestContext.http
  const methods = rawPath === '*' ? methodsOfAll() : methodsOf(rawPath)
  const preflight = crossOrigin.preflightHeaders(event, methods)
  if (preflight !== undefined && methods.length > 0) return { status: 204, headers: preflight }
  // A route that exists but is not served by this process counts as unknown.
  if (methods.length > 0 && !methods.includes(method)) throw new MethodNotAllowedError(methods)
  throw new RouteNotFoundError(method, rawPath)
})
