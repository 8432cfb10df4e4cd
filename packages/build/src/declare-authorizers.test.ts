import { describe, expect, it } from 'vitest'
import { declareAuthorizers } from './declare-authorizers.mjs'

function serviceOf(events: Readonly<Record<string, unknown>>, authorizers: object | undefined = { tokens: {} }) {
  const functions = new Map(
    Object.entries(events).map(([key, httpApi]) => [key, { events: [{ httpApi }] as unknown[] }]),
  )
  return {
    provider: { httpApi: { ...(authorizers && { authorizers: { ...authorizers } }) } },
    getAllFunctions: () => [...functions.keys()],
    getFunction: (key: string) => functions.get(key) ?? expect.fail(`${key} is unknown`),
  }
}

const routes = [
  { method: 'GET', path: '/products', access: 'public' },
  { method: 'POST', path: '/products', access: 'catalogue:write' },
]

describe('the authorizers of API Gateway', () => {
  it('are declared for the routes that are not public', () => {
    const service = serviceOf({ list: 'GET /products', create: 'POST /products', other: '*' })

    declareAuthorizers(service, routes)

    expect(service.getFunction('list').events).toEqual([{ httpApi: 'GET /products' }])
    expect(service.getFunction('other').events).toEqual([{ httpApi: '*' }])
    expect(service.getFunction('create').events).toEqual([
      { httpApi: { method: 'POST', path: '/products', authorizer: { name: 'tokens' } } },
    ])
  })

  it('keep events that are not of HTTP', () => {
    const service = serviceOf({})
    const schedule = { events: [{ schedule: 'rate(1 minute)' }] }

    declareAuthorizers({ ...service, getAllFunctions: () => ['relay'], getFunction: () => schedule }, routes)

    expect(schedule.events).toEqual([{ schedule: 'rate(1 minute)' }])
  })

  it('are not declared where the service has none', () => {
    const service = serviceOf({ create: 'POST /products' }, {})

    declareAuthorizers(service, routes)

    expect(service.getFunction('create').events).toEqual([{ httpApi: 'POST /products' }])
  })
})
