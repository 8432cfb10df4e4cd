import { describe, expect, it } from 'vitest'
import { assertMayRun, assertMayServe, defaultAddress, isLoopback, OpenShopError } from './open-shop'

const DESK = { NODE_ENV: 'development', ALLOW_OPEN_SHOP: false }
const PRODUCTION = { ...DESK, NODE_ENV: 'production' }
const PROTECTED = { AUTH_ISSUER: 'https://issuer.example' }

describe('an open shop', () => {
  it.each(['127.0.0.1', 'localhost', '::1', '127.0.0.2', '::ffff:127.0.0.1', '[::1]', '0:0:0:0:0:0:0:1', 'LOCALHOST'])(
    'may listen on %s',
    (address) => {
      expect(isLoopback(address)).toBe(true)
      expect(() => assertMayServe(DESK, address)).not.toThrow()
    },
  )

  it.each([
    '0.0.0.0',
    '::',
    '192.168.1.2',
    'shop.example',
    'localhost.example',
    '127.0.0.1.example',
    '::ffff:1.2.3.4',
    '',
  ])('may not listen on "%s"', (address) => {
    expect(() => assertMayServe(DESK, address)).toThrow(OpenShopError)
  })

  it('may not run in production', () => {
    expect(() => assertMayServe(PRODUCTION, '127.0.0.1')).toThrow('NODE_ENV is production')
  })

  it('may run behind a load balancer that publishes it on loopback', () => {
    expect(() => assertMayServe({ ...PRODUCTION, EDGE_ADDRESS: '127.0.0.1' }, '::')).not.toThrow()
  })

  it('may not run behind a load balancer that publishes it to other machines', () => {
    expect(() => assertMayServe({ ...PRODUCTION, EDGE_ADDRESS: '0.0.0.0' }, '127.0.0.1')).toThrow('0.0.0.0')
  })

  it('may run anywhere if it is told so', () => {
    expect(() => assertMayServe({ ...PRODUCTION, ALLOW_OPEN_SHOP: true }, '::')).not.toThrow()
    expect(() => assertMayRun({ ...PRODUCTION, ALLOW_OPEN_SHOP: true }, 'lambda')).not.toThrow()
  })

  it('may not run on Lambda, which is always reachable', () => {
    expect(() => assertMayRun(PRODUCTION, 'lambda')).toThrow(OpenShopError)
    expect(() => assertMayRun(DESK, 'function-host')).not.toThrow()
    expect(() => assertMayRun(DESK, 'serverless-offline')).not.toThrow()
  })
})

describe('a protected shop', () => {
  it.each(['127.0.0.1', '0.0.0.0', '::'])('may listen on %s, also in production', (address) => {
    expect(() => assertMayServe({ ...PRODUCTION, ...PROTECTED }, address)).not.toThrow()
    expect(() => assertMayRun({ ...PRODUCTION, ...PROTECTED }, 'lambda')).not.toThrow()
  })
})

it.each([
  ['an open shop', DESK, 'localhost'],
  ['an open shop that may be reachable', { ...DESK, ALLOW_OPEN_SHOP: true }, '::'],
  ['an open shop behind a load balancer', { ...PRODUCTION, EDGE_ADDRESS: '127.0.0.1' }, '::'],
  ['a protected shop', { ...DESK, ...PROTECTED }, '::'],
])('%s listens by default on the right interfaces', (_, settings, address) => {
  expect(defaultAddress(settings)).toBe(address)
})
