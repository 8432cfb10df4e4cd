import { describe, expect, it } from 'vitest'
import { SecurityHeaders, WITHOUT_TLS } from './security-headers'

type Headers = Record<string, string>

function headersOf(own: Headers, security = WITHOUT_TLS): Headers {
  const response = { statusCode: 200, headers: own }
  security.addTo(response)
  return response.headers
}

const JSON_RESPONSE = { 'content-type': 'application/json' }
const POLICY = "default-src 'self'"
const PAGE = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY }

describe('the security headers', () => {
  it.each([
    ['JSON', JSON_RESPONSE],
    ['a problem', { 'content-type': 'application/problem+json' }],
    ['text', { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }],
    ['no content', {}],
    ['a page', PAGE],
  ])('of %s prevent sniffing, referrers and use by other origins', (_, own) => {
    expect(headersOf(own as Headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    })
  })

  it.each([
    ['JSON', JSON_RESPONSE],
    ['a problem', { 'content-type': 'application/problem+json' }],
    ['no content', {}],
  ])('of %s allow neither content nor frames', (_, own) => {
    expect(headersOf(own as Headers)['content-security-policy']).toBe("default-src 'none'; frame-ancestors 'none'")
  })

  it('of a page keep its own policy, isolate it, and switch off features of the browser', () => {
    const headers = headersOf(PAGE)

    expect(headers['content-security-policy']).toBe(POLICY)
    expect(headers['cross-origin-opener-policy']).toBe('same-origin')
    expect(headers['permissions-policy']).toMatch(/camera=\(\).*clipboard-write=\(self\)$/)
  })

  it('do not replace a header of the response', () => {
    expect(headersOf({ ...JSON_RESPONSE, 'referrer-policy': 'same-origin' })).toMatchObject({
      'referrer-policy': 'same-origin',
    })
  })

  it('demand HTTPS only where TLS is in front', () => {
    expect(headersOf(JSON_RESPONSE)).not.toHaveProperty('strict-transport-security')
    for (const own of [JSON_RESPONSE, PAGE]) {
      expect(headersOf(own, new SecurityHeaders(600))['strict-transport-security']).toBe('max-age=600')
    }
  })
})
