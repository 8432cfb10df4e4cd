import { MethodNotAllowedError, type Refusal, RefusedRequestError, RouteNotFoundError } from '@ecommerce/runtime'
import { methodsOf, methodsOfAll } from '../api'
import { crossOrigin, http } from '../composition/telemetry'
import { unrouted } from './contract'

/**
 * A request that matches no route, or that the host refuses by itself, gets a problem instead of the message of the
 * gateway. Also responds to preflights.
 */
export const handler = http(unrouted, (_, event) => {
  const refusal = refusalOf(event)
  if (refusal !== undefined) throw new RefusedRequestError(refusal)
  const { rawPath } = event
  const { method } = event.requestContext.http
  const methods = rawPath === '*' ? methodsOfAll() : methodsOf(rawPath)
  const preflight = crossOrigin.preflightHeaders(event, methods)
  if (preflight !== undefined && methods.length > 0) return { status: 204, headers: preflight }
  // A route that exists but is not served by this process counts as unknown.
  if (methods.length > 0 && !methods.includes(method)) throw new MethodNotAllowedError(methods)
  throw new RouteNotFoundError(method, rawPath)
})

/** The function host adds it to the event of a request that it refuses. */
function refusalOf(event: object): Refusal | undefined {
  return 'refusal' in event ? (event.refusal as Refusal) : undefined // only the host adds members to the event
}
