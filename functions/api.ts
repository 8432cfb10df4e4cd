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

/** The methods of all routes that match a path. */
export function methodsOf(path: string): string[] {
  return API_ROUTES.filter((route) => matches(route.path, path)).map(({ method }) => method)
}

function matches(template: string, path: string): boolean {
  const expected = template.split('/')
  const given = path.split('/')
  const isMet = (part: string, at: number) => part === given[at] || (part.startsWith('{') && given[at] !== '')
  return expected.length === given.length && expected.every(isMet)
}
