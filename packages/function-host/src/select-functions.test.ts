import { describe, expect, it } from 'vitest'
import type { FunctionDefinition, Manifest } from './manifest'
import { selectFunctions } from './select-functions'

const definition = (group: string): FunctionDefinition => ({
  name: 'n',
  group,
  handler: 'h',
  timeoutSeconds: 6,
  memorySizeMb: 512,
  routes: [],
  schedules: [],
  eventSources: [],
})

const manifest: Manifest = {
  service: 'shop',
  region: 'eu-central-1',
  services: { product: { functions: ['products', 'operations/*'], portSetting: 'PRODUCT_SERVICE_PORT' } },
  functions: {
    'get-product': definition('products'),
    'get-order': definition('orders'),
    'list-orders': definition('orders'),
    'get-health': definition('operations'),
  },
}

describe('a selection of functions', () => {
  it.each([
    ['all functions by default', {}, ['get-product', 'get-order', 'list-orders', 'get-health']],
    ['the functions of a service', { service: 'product' }, ['get-product', 'get-health']],
    ['folders', { functions: ['orders', 'products/*'] }, ['get-product', 'get-order', 'list-orders']],
    ['single functions', { functions: ['orders/get-order'] }, ['get-order']],
    ['patterns rather than the service', { service: 'product', functions: ['orders/*'] }, ['get-order', 'list-orders']],
  ])('contains %s', (_, selection, expected) => {
    expect(Object.keys(selectFunctions(manifest, selection))).toEqual(expected)
  })

  it.each([
    [
      { functions: ['orders', 'order/*'] },
      'no function matches order/*. There are: products/*, orders/*, operations/*',
    ],
    [{ functions: ['orders/get-product'] }, 'no function matches orders/get-product'],
    [{ service: 'payment' }, 'no service is called payment. There are: product'],
  ])('is refused when it names something unknown: %j', (selection, message) => {
    expect(() => selectFunctions(manifest, selection)).toThrow(message)
  })
})
