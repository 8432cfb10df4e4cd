import { METHODS } from 'node:http'
import createRouter, { type HTTPMethod } from 'find-my-way'
import type { LambdaFunction } from '../lambda-function'

export interface RouteTarget {
  readonly function: Pick<LambdaFunction, 'invoke'>
  /** `GET /orders/{id}`, `ANY /{proxy+}` or `$default`, as in the event. */
  readonly routeKey: string
}

export interface RouteMatch {
  readonly target: RouteTarget
  /** Decoded values by the name of the parameter; undefined if the route has none. */
  readonly params: Readonly<Record<string, string>> | undefined
}

/**
 * The route that API Gateway selects: the most specific path, its own method before ANY, else `$default`. In addition, a
 * GET route serves HEAD.
 */
export type FindRoute = (method: string, path: string) => RouteMatch | undefined

/** The data that the router stores with a route. */
interface Stored {
  readonly target: RouteTarget
  readonly names: readonly string[]
}

/** For find-my-way, a path with a longer parameter matches no route. */
const LONGEST_PARAM = 1_000_000

/** @throws for a duplicate route, and for a parameter name with characters other than letters, digits and `_` */
export function createFindRoute(targets: readonly RouteTarget[]): FindRoute {
  const router = createRouter({ maxParamLength: LONGEST_PARAM, querystringParser: () => undefined })
  const routes = targets.map((target) => ({ target, ...parseRouteKey(target.routeKey) }))
  for (const { target, method, template } of routes) {
    if (template === undefined) continue
    const taken = routes.filter((other) => other.template === template).map((other) => other.method)
    const methods = method === 'ANY' ? METHODS.filter((each) => !isTaken(each, taken)) : [method]
    // RFC 9110, section 9.1: HEAD is supported wherever GET is.
    if (method === 'GET' && !taken.includes('HEAD')) methods.push('HEAD')
    const stored: Stored = { target, names: namesIn(template) }
    // The router only finds routes and never calls them. METHODS are the methods that it knows.
    router.on(methods as HTTPMethod[], toPattern(template), () => undefined, stored)
  }
  const fallback = targets.find(({ routeKey }) => routeKey === '$default')
  const unrouted = fallback && { target: fallback, params: undefined }

  return (method, path) => {
    const found = router.find(method as HTTPMethod, path) // it finds no route for an unknown method
    if (found === null) return unrouted
    const { target, names }: Stored = found.store
    if (names.length === 0) return { target, params: undefined }
    const params: Record<string, string> = {}
    for (const name of names) params[name] = found.params[name] ?? found.params['*'] ?? ''
    // For find-my-way a parameter may be empty; for API Gateway it may not.
    if (Object.values(params).includes('')) return unrouted
    return { target, params }
  }
}

function isTaken(method: string, taken: readonly string[]): boolean {
  return taken.includes(method) || (method === 'HEAD' && taken.includes('GET'))
}

function parseRouteKey(routeKey: string): { method: string; template?: string } {
  const [method = '', template] = routeKey.split(' ')
  return template === undefined ? { method } : { method, template }
}

function namesIn(template: string): string[] {
  const names = [...template.matchAll(/\{([^}]*?)\+?\}/g)].map(([, name = '']) => name)
  const unusual = names.find((name) => !/^\w+$/.test(name))
  if (unusual !== undefined)
    throw new Error(`${template}: the name of a parameter may contain only letters, digits and _`)
  return names
}

function toPattern(template: string): string {
  return template
    .replaceAll(':', '::')
    .replace(/\{\w+\+\}$/, '*')
    .replaceAll(/\{(\w+)\}/g, ':$1')
}
