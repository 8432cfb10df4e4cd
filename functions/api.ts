import type { Route } from '@ecommerce/runtime'
import { DEAD_LETTER_ROUTES } from './dead-letters/contract'
import { OPERATION_ROUTES } from './operations/contract'
import { ORDER_ROUTES } from './orders/contract'
import { PRODUCT_ROUTES } from './products/contract'

/** Every route of the API. A test compares them with the httpApi events of all `functions.yml`. */
export const API_ROUTES: readonly Route[] = [
  ...PRODUCT_ROUTES,
  ...ORDER_ROUTES,
  ...DEAD_LETTER_ROUTES,
  ...OPERATION_ROUTES,
]

/** The methods that a path supports, for the header `Allow`. HEAD comes with GET. */
export function methodsOf(path: string): string[] {
  const methods = API_ROUTES.filter((route) => matches(route.path, path)).map(({ method }) => method)
  return withHead(methods)
}

/** The methods of the whole API, for `OPTIONS *`. */
export function methodsOfAll(): string[] {
  return withHead([...new Set(API_ROUTES.map(({ method }) => method))])
}

function withHead(methods: readonly string[]): string[] {
  return methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
}

function matches(template: string, path: string): boolean {
  const expected = template.split('/')
  const given = path.split('/')
  const isMet = (part: string, at: number) => part === given[at] || (part.startsWith('{') && given[at] !== '')
  return expected.length === given.length && expected.every(isMet)
}
