import { createRequire } from 'node:module'
import { join } from 'node:path'
import { toRouteKey } from './manifest.mjs'

const API = join(import.meta.dirname, '..', '..', '..', 'dist', 'functions', 'api.js')
const AUTHORIZER = 'tokens'

/** @typedef {{ httpApi?: unknown }} HttpApiEvent */
/**
 * @typedef {object} Service
 * @property {{ httpApi?: { authorizers?: Readonly<Record<string, unknown>> } }} provider
 * @property {() => string[]} getAllFunctions
 * @property {(key: string) => { events?: unknown[] }} getFunction
 */
/** @typedef {Readonly<{ method: string, path: string, access: string }>} Route */

/**
 * Adds the authorizer for tokens to the `httpApi` event of every route that is not public by its contract. API Gateway does not
 * check scopes, because it knows neither the roles nor the prefix of scopes.
 * @param {Service} service @param {readonly Route[]} routes
 */
export function declareAuthorizers(service, routes = builtRoutes()) {
  if (service.provider.httpApi?.authorizers?.[AUTHORIZER] === undefined) return
  const isProtected = new Map(routes.map(({ method, path, access }) => [`${method} ${path}`, access !== 'public']))
  for (const key of service.getAllFunctions()) {
    const definition = service.getFunction(key)
    definition.events = (definition.events ?? []).map((event) => {
      const { httpApi } = /** @type {HttpApiEvent} */ (event)
      if (httpApi === undefined) return event
      const routeKey = toRouteKey(key, httpApi)
      if (isProtected.get(routeKey) !== true) return event
      const [method, path] = routeKey.split(' ')
      return { httpApi: { method, path, authorizer: { name: AUTHORIZER } } }
    })
  }
}

/** @returns {readonly Route[]} */
function builtRoutes() {
  return createRequire(import.meta.url)(API).API_ROUTES
}
