import { MethodNotAllowedError, RouteNotFoundError } from '@ecommerce/runtime'
import { methodsOf } from '../api'
import { http } from '../composition'
import { unrouted } from './contract'

/** What no route matches still gets a problem, not the gateway's own message. */
export const handler = http(unrouted, (_, { rawPath, requestContext }) => {
  const methods = methodsOf(rawPath)
  if (methods.length > 0) throw new MethodNotAllowedError(methods)
  throw new RouteNotFoundError(requestContext.http.method, rawPath)
})
