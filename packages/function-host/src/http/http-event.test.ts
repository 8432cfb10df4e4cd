import { expect, it } from 'vitest'
import { type RequestParts, toHttpEvent } from './http-event'
import type { RouteMatch } from './router'

const AT = Date.parse('2020-03-12T19:03:58.390Z')

function eventOf(request: Partial<RequestParts> = {}, params?: RouteMatch['params']) {
  const target = { routeKey: '$default', function: { invoke: async () => undefined } }
  const parts = {
    method: 'POST',
    httpVersion: '1.1',
    rawHeaders: [],
    path: '/my/path',
    query: '',
    sourceIp: '192.0.2.1',
    requestId: 'id',
    at: AT,
    ...request,
  }
  return toHttpEvent(parts, { target, params })
}

it('an event has the members that AWS documents for payload format 2.0', () => {
  const rawHeaders = ['Host', 'id.execute-api.us-east-1.amazonaws.com', 'User-Agent', 'agent']
  rawHeaders.push('Header1', 'value1', 'header2', 'value1', 'Header2', 'value2', 'Content-Type', 'text/plain')
  rawHeaders.push('Cookie', 'cookie1; cookie2')
  const query = 'parameter1=value1&parameter1=value2&parameter2=value'

  const event = eventOf({ rawHeaders, query, body: Buffer.from('Hello from Lambda') }, { parameter1: 'value1' })

  expect(JSON.parse(JSON.stringify(event))).toEqual({
    version: '2.0',
    routeKey: '$default',
    rawPath: '/my/path',
    rawQueryString: query,
    cookies: ['cookie1', 'cookie2'],
    headers: {
      host: 'id.execute-api.us-east-1.amazonaws.com',
      'user-agent': 'agent',
      header1: 'value1',
      header2: 'value1,value2',
      'content-type': 'text/plain',
    },
    queryStringParameters: { parameter1: 'value1,value2', parameter2: 'value' },
    requestContext: {
      accountId: '000000000000',
      apiId: 'function-host',
      domainName: 'id.execute-api.us-east-1.amazonaws.com',
      domainPrefix: 'id',
      http: { method: 'POST', path: '/my/path', protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'agent' },
      requestId: 'id',
      routeKey: '$default',
      stage: '$default',
      time: '12/Mar/2020:19:03:58 +0000',
      timeEpoch: AT,
    },
    body: 'Hello from Lambda',
    pathParameters: { parameter1: 'value1' },
    isBase64Encoded: false,
  })
})

it('an event omits the parts that a request does not have', () => {
  const event = eventOf()

  for (const name of ['cookies', 'queryStringParameters', 'pathParameters', 'body'])
    expect(event).not.toHaveProperty(name)
  expect(event).toMatchObject({ rawQueryString: '', isBase64Encoded: false })
})

it('an event has a decoded path, and the query as it was sent', () => {
  const event = eventOf({ path: '/caf%C3%A9/a%2Fb', query: 'q=a%20b+c&flag&empty=&%C3%A9=1' })

  expect(event).toMatchObject({ rawPath: '/café/a/b', requestContext: { http: { path: '/café/a/b' } } })
  expect(event.rawQueryString).toBe('q=a%20b+c&flag&empty=&%C3%A9=1')
  expect({ ...event.queryStringParameters }).toEqual({ q: 'a b c', flag: '', empty: '', é: '1' })
})

it.each(['constructor', '__proto__', 'toString'])(
  'a header or parameter named %s is treated like any other',
  (name) => {
    const event = eventOf({ rawHeaders: [name, 'mine'], query: `${name}=mine` })

    expect(Object.entries(event.headers)).toEqual([[name.toLowerCase(), 'mine']])
    expect(Object.entries(event.queryStringParameters ?? {})).toEqual([[name, 'mine']])
  },
)

it.each([
  ['application/json', false],
  ['application/json; charset=utf-8', false],
  ['text/csv', false],
  ['application/xml', false],
  ['application/javascript', false],
  ['application/problem+json', true],
  ['application/x-www-form-urlencoded', true],
  ['application/octet-stream', true],
  ['image/png', true],
  [undefined, true],
])('a body of type %s is sent in base64: %s', (contentType, isBase64Encoded) => {
  const rawHeaders = contentType === undefined ? [] : ['content-type', contentType]

  const event = eventOf({ rawHeaders, body: Buffer.from('é') })

  expect(event).toMatchObject({ isBase64Encoded, body: isBase64Encoded ? 'w6k=' : 'é' })
})
