import { METHODS } from 'node:http'
import createRouter, { type HTTPMethod } from 'find-my-way'
import type { LambdaFunction } from '../lambda-function'

export interface RouteTarget {
  readonly function: Pick<LambdaFunction, 'invoke'>
  /** As in the event: `GET /orders/{id}`, `ANY /{proxy+}` or `$default`. */
  readonly routeKey: string
}

export interface RouteMatch {
  readonly target: RouteTarget
  /** By the name of the parameter, decoded; undefined where the route has none. */
  readonly params: Readonly<Record<string, string>> | undefined
}

/** The route API Gateway chooses: the most specific path, its own method before ANY, `$default` where there is none. */
export type FindRoute = (method: string, path: string) => RouteMatch | undefined

/** What the router keeps with a route. */
interface Stored {
  readonly target: RouteTarget
  readonly names: readonly string[]
}

/** find-my-way would take a longer parameter for a route that does not exist. */
const LONGEST_PARAM = 1_000_000

/** @throws for a route that is there twice, or whose parameters have names of more than letters, digits and `_` */
export function createFindRoute(targets: readonly RouteTarget[]): FindRoute {
  const router = createRouter({ maxParamLength: LONGEST_PARAM, querystringParser: () => undefined })
  const routes = targets.map((target) => ({ target, ...parseRouteKey(target.routeKey) }))
  for (const { target, method, template } of routes) {
    if (template === undefined) continue
    const taken = routes.filter((other) => other.template === template).map((other) => other.method)
    const methods = method === 'ANY' ? METHODS.filter((each) => !taken.includes(each)) : [method]
    const stored: Stored = { target, names: namesIn(template) }
    // It is asked what matches, never to call it. METHODS are the methods it knows.
    router.on(methods as HTTPMethod[], toPattern(template), () => undefined, stored)
  }
  const fallback = targets.find(({ routeKey }) => routeKey === '$default')
  const unrouted = fallback && { target: fallback, params: undefined }

  return (method, path) => {
    const found = router.find(method as HTTPMethod, path) // one that it does not know, it does not find
    if (found === null) return unrouted
    const { target, names }: Stored = found.store
    if (names.length === 0) return { target, params: undefined }
    const params: Record<string, string> = {}
    for (const name of names) params[name] = found.params[name] ?? found.params['*'] ?? ''
    // find-my-way takes nothing for a parameter; API Gateway does not.
    if (Object.values(params).includes('')) return unrouted
    return { target, params }
  }
}

function parseRouteKey(routeKey: string): { method: string; template?: string } {
  const [method = '', template] = routeKey.split(' ')
  return template === undefined ? { method } : { method, template }
}

function namesIn(template: string): string[] {
  const names = [...template.matchAll(/\{([^}]*?)\+?\}/g)].map(([, name = '']) => name)
  const unusual = names.find((name) => !/^\w+$/.test(name))
  if (unusual !== undefined) throw new Error(`${template}: a parameter is called by letters, digits and _`)
  return names
}

function toPattern(template: string): string {
  return template
    .replaceAll(':', '::')
    .replace(/\{\w+\+\}$/, '*')
    .replaceAll(/\{(\w+)\}/g, ':$1')
}
