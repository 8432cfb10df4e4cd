import { httpEvent } from '@ecommerce/testing'
import { describe, expect, it } from 'vitest'
import { CrossOriginPolicy } from './cross-origin'
import { CrossOriginError } from './http-errors'

const SHOP = 'https://shop.example'
const closed = new CrossOriginPolicy([])
const open = new CrossOriginPolicy([SHOP])
const toAll = new CrossOriginPolicy(['*'])

const request = (method: string, headers: Record<string, string>) =>
  httpEvent({ method, headers: { host: 'api.example:3000', ...headers } })

describe('a request with an effect', () => {
  const check = (policy: CrossOriginPolicy, headers: Record<string, string>, method = 'POST') => {
    return () => policy.check(request(method, headers))
  }

  it.each([
    {},
    { origin: 'http://api.example:3000' },
    { origin: 'https://api.example:3000' },
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
    { origin: 'http://api.example:3000', 'sec-fetch-site': 'cross-site' },
  ])('is accepted from its own origin: %j', (headers) => {
    expect(check(closed, headers)).not.toThrow()
  })

  it.each([
    { origin: SHOP },
    { origin: 'http://api.example' },
    { origin: 'http://api.example:3001' },
    { origin: 'http://api.example:3000.other.example' },
    { origin: 'null' },
    { origin: '' },
    { origin: 'file://' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': '' },
  ])('is refused from another one: %j', (headers) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND']) {
      expect(check(closed, headers, method)).toThrow(CrossOriginError)
    }
  })

  it('is accepted from a configured origin', () => {
    expect(check(open, { origin: SHOP })).not.toThrow()
    expect(check(open, { origin: `${SHOP}:444` })).toThrow(CrossOriginError)
    expect(check(toAll, { origin: 'null' })).not.toThrow()
  })
})

it('a request without an effect is accepted from every origin', () => {
  for (const method of ['GET', 'HEAD', 'OPTIONS']) closed.check(request(method, { origin: SHOP }))
})

describe('the headers of a response', () => {
  it.each([
    [closed, SHOP, undefined],
    [open, undefined, { vary: 'Origin' }],
    [open, 'https://other.example', { vary: 'Origin' }],
    [
      open,
      SHOP,
      { vary: 'Origin', 'access-control-allow-origin': SHOP, 'access-control-expose-headers': expect.anything() },
    ],
    [toAll, SHOP, { 'access-control-allow-origin': '*', 'access-control-expose-headers': expect.anything() }],
  ])('depend on the policy and the origin (%#)', (policy, origin, expected) => {
    expect(policy.responseHeaders(request('GET', origin === undefined ? {} : { origin }))).toEqual(expected)
  })

  it('never allow credentials', () => {
    for (const policy of [closed, open, toAll]) {
      const preflight = request('OPTIONS', { origin: SHOP, 'access-control-request-method': 'PUT' })
      expect({
        ...policy.responseHeaders(preflight),
        ...policy.preflightHeaders(preflight, ['PUT']),
      }).not.toHaveProperty('access-control-allow-credentials')
    }
  })
})

describe('a preflight', () => {
  const preflight = (policy: CrossOriginPolicy, headers: Record<string, string>, method = 'OPTIONS') =>
    policy.preflightHeaders(request(method, headers), ['GET', 'PUT'])

  it('of a configured origin gets the methods of the path', () => {
    expect(preflight(open, { origin: SHOP, 'access-control-request-method': 'PUT' })).toMatchObject({
      'access-control-allow-methods': 'GET, PUT',
      'access-control-allow-headers': expect.stringContaining('content-type'),
    })
  })

  it('is an ordinary request otherwise', () => {
    const asked = { 'access-control-request-method': 'PUT' }

    expect(preflight(closed, { origin: SHOP, ...asked })).toBeUndefined()
    expect(preflight(open, { origin: 'https://other.example', ...asked })).toBeUndefined()
    expect(preflight(open, { origin: SHOP })).toBeUndefined()
    expect(preflight(open, asked)).toBeUndefined()
    expect(preflight(open, { origin: SHOP, ...asked }, 'GET')).toBeUndefined()
  })
})
