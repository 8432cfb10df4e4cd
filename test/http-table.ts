import type { RawRequest } from './raw-http'

/** What the rows refer to. It exists in both homes. */
export interface Subject {
  readonly product: number
  readonly order: string
  /** The present entity tag of the product. */
  readonly etag: string
}

export interface Row {
  readonly what: string
  readonly request: (subject: Subject) => RawRequest
  readonly status: number
  /** The code of the problem. */
  readonly problem?: string
  /** Headers with their only value; undefined for a header that must be absent. */
  readonly headers?: Readonly<Record<string, string | RegExp | undefined>>
  /** A text that the body contains. */
  readonly body?: string
  /** Whether the server must close the connection. */
  readonly closes?: boolean
}

const JSON_TYPE = 'content-type: application/json'
const ANY_ORDER = '{"user_id":"a","product_id":1,"quantity":0}'

/** An order that fails validation, so that a row that is refused for another reason is not accepted by mistake. */
const post = (headers: readonly string[], body: string | Buffer = ANY_ORDER): Row['request'] => {
  return () => ({ method: 'POST', target: '/orders/sync', headers, body })
}
const get = (target: string, ...headers: readonly string[]): Row['request'] => {
  return ({ product, order, etag }) => ({
    target: target.replace('{product}', String(product)).replace('{order}', order),
    headers: headers.map((header) => header.replace('{etag}', etag)),
  })
}
const withMethod = (method: string, request: Row['request']): Row['request'] => {
  return (subject) => ({ ...request(subject), method })
}
const patch = (...headers: readonly string[]): Row['request'] => {
  const request = withMethod('PATCH', get('/products/{product}', ...headers, JSON_TYPE))
  return (subject) => ({ ...request(subject), body: '{"category":"table"}' })
}

const refused = (
  what: string,
  request: Row['request'],
  status: number,
  problem: string,
  more: Partial<Row> = {},
): Row => ({
  what,
  request,
  status,
  problem,
  ...more,
})

const accepted = (what: string, request: Row['request'], status: number, headers: Row['headers'] = {}): Row => ({
  what,
  request,
  status,
  headers,
})

/** The body reaches validation, so everything before it is in order. */
const parsed = (what: string, request: Row['request']): Row => refused(what, request, 422, 'invalid-input')

export const MEDIA_TYPES: readonly Row[] = [
  ...[
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    'application/json; charset="utf-8"',
    'application/json; charset="UTF-\\8"',
    'application/json; charset=utf8',
    'APPLICATION/JSON',
    'application/json ; profile="a;b" ; charset=utf-8',
    'application/json; version=1',
    'application/json;',
  ].map((type) => parsed(`the type ${type}`, post([`content-type: ${type}`]))),
  ...[
    'json',
    'application',
    'application/',
    '/json',
    'application/json, text/plain',
    'application/json/x',
    'application/json x',
    'application/jsonp',
    'application/problem+json',
    'application/merge-patch+json',
    'text/json',
    'text/plain',
    '*/*',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'multipart/form-data',
    'application/json; charset=iso-8859-1',
    'application/json; charset=utf-16',
    'application/json; charset="latin1"',
    'application/json; charset=',
    'application/json; charset=utf-8; charset=latin1',
    'application/json; charset="utf-8',
    'garbage;;;',
    '',
  ].map((type) => refused(`the type ${type}`, post([`content-type: ${type}`]), 415, 'unsupported-media-type')),
  refused('no type', post([]), 415, 'unsupported-media-type'),
  refused('two types', post([JSON_TYPE, 'content-type: text/plain']), 415, 'unsupported-media-type'),
  parsed('the coding identity', post([JSON_TYPE, 'content-encoding: identity'])),
  ...['gzip', 'br', 'deflate', 'unknown', 'gzip, identity'].map((coding) =>
    refused(
      `the coding ${coding}`,
      post([JSON_TYPE, `content-encoding: ${coding}`], Buffer.from([0x1f, 0x8b, 8, 0])),
      415,
      'unsupported-media-type',
      { headers: { 'accept-encoding': 'identity' } },
    ),
  ),
]

export const BODIES: readonly Row[] = [
  ...['null', '""', '"text"', '0', '-0', '1e400', 'true', 'false', '[]', '[{}]', '"\\ud800"'].map((body) =>
    parsed(`the body ${body}`, post([JSON_TYPE], body)),
  ),
  ...['', '{', '{"a":1,}', '{}{}', "{'a':1}", 'NaN', '01', '\ufeff{}', '\u0000', '"\n"'].map((body) =>
    refused(`the body ${JSON.stringify(body)}`, post([JSON_TYPE], body), 400, 'malformed-json'),
  ),
  ...[
    ['a byte of Latin-1', '"caf\xe9"'],
    ['a truncated sequence', '"\xe2\x82"'],
    ['an overlong sequence', '"\xc0\xaf"'],
    ['an encoded surrogate', '"\xed\xa0\x80"'],
    ['UTF-16', '\xff\xfe{\x00}\x00'],
  ].map(([what = '', bytes = '']) =>
    refused(`a body with ${what}`, post([JSON_TYPE], Buffer.from(bytes, 'latin1')), 400, 'malformed-json'),
  ),
  ...[
    '{"user_id":"a","user_id":"b"}',
    '{"user_id":"a","user\\u005fid":"b"}',
    '{"items":[{"quantity":1,"quantity":1}]}',
    '{"a":{"b":{"":1,"":2}}}',
  ].map((body) =>
    refused(`the body ${body}`, post([JSON_TYPE], body), 422, 'invalid-input', { body: 'more than once' }),
  ),
  ...[
    '{"__proto__":{}}',
    '{"constructor":1}',
    '{"toString":1}',
    '{"user_id":"\\ud800","product_id":1,"quantity":1}',
  ].map((body) => parsed(`the body ${body}`, post([JSON_TYPE], body))),
  parsed('a body that is nested deeply', post([JSON_TYPE], `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`)),
  parsed('a number out of range', post([JSON_TYPE], '{"user_id":"a","product_id":1e400,"quantity":1}')),
  parsed('a number that is negative zero', post([JSON_TYPE], '{"user_id":"a","product_id":1,"quantity":-0}')),
  parsed('a number that is not safe', post([JSON_TYPE], '{"user_id":"a","product_id":9007199254740993,"quantity":1}')),
  refused('a body over 64 KiB', post([JSON_TYPE], `"${'x'.repeat(70_000)}"`), 413, 'payload-too-large'),
  refused(
    'a declared body over 10 MB',
    () => ({ method: 'POST', target: '/orders/sync', headers: [JSON_TYPE, 'content-length: 12000000'], body: '{' }),
    413,
    'payload-too-large',
    { closes: true },
  ),
  refused('a whole body over 10 MB', post([JSON_TYPE], Buffer.alloc(12_000_000, 32)), 413, 'payload-too-large', {
    closes: true,
  }),
  refused(
    'a body over 10 MB in chunks',
    post([JSON_TYPE, 'transfer-encoding: chunked'], `B71B00\r\n${' '.repeat(0xb71b00)}\r\n0\r\n\r\n`),
    413,
    'payload-too-large',
    { closes: true },
  ),
  parsed('a body in chunks', post([JSON_TYPE, 'transfer-encoding: chunked'], '1\r\n{\r\n1\r\n}\r\n0\r\n\r\n')),
  parsed('a body after 100-continue', post([JSON_TYPE, 'expect: 100-continue'])),
  refused('an unknown expectation', post([JSON_TYPE, 'expect: magic']), 417, 'expectation-failed'),
  refused('a form to a route without a body', withForm('/dead-letters/1/replay', 'x=1'), 415, 'unsupported-media-type'),
  refused(
    'an empty form to a route without a body',
    withForm('/dead-letters/1/replay', ''),
    415,
    'unsupported-media-type',
  ),
  refused(
    'an empty form to a route with an optional body',
    withForm('/orders/{order}/cancel', ''),
    415,
    'unsupported-media-type',
  ),
]

function withForm(target: string, body: string): Row['request'] {
  const request = withMethod('POST', get(target, 'content-type: text/plain'))
  return (subject) => ({ ...request(subject), body })
}

export const CONDITIONS: readonly Row[] = [
  accepted('a read', get('/products/{product}'), 200, { etag: /^"\d+-\d+"$/, 'cache-control': 'no-cache' }),
  accepted('If-None-Match with the tag', get('/products/{product}', 'if-none-match: {etag}'), 304, {
    etag: /^"\d+-\d+"$/,
    'cache-control': 'no-cache',
    'content-type': undefined,
    'content-length': undefined,
  }),
  ...['W/{etag}', '"x", {etag}', '"x",{etag} , "y"', ',,{etag},', '*'].map((tags) =>
    accepted(`If-None-Match: ${tags}`, get('/products/{product}', `if-none-match: ${tags}`), 304),
  ),
  accepted(
    'If-None-Match in two lines',
    get('/products/{product}', 'if-none-match: "x"', 'if-none-match: {etag}'),
    304,
  ),
  ...['"x"', '"1"', 'W/"x"', '"", "é"'].map((tags) =>
    accepted(`If-None-Match: ${tags}`, get('/products/{product}', `if-none-match: ${tags}`), 200),
  ),
  ...['1', '"1', "'1'", 'w/"1"', '"1" "2"', '*, "1"', '**', ''].flatMap((tags) => [
    refused(`If-None-Match: ${tags}`, get('/products/{product}', `if-none-match: ${tags}`), 422, 'invalid-input'),
    refused(`If-Match: ${tags}`, get('/products/{product}', `if-match: ${tags}`), 422, 'invalid-input'),
    refused(`If-Match: ${tags} on a change`, patch(`if-match: ${tags}`), 422, 'invalid-input'),
  ]),
  ...['{etag}', '*', '"x", {etag}'].map((tags) =>
    accepted(`If-Match: ${tags} on a read`, get('/products/{product}', `if-match: ${tags}`), 200),
  ),
  ...['"x"', 'W/{etag}'].map((tags) =>
    refused(`If-Match: ${tags} on a read`, get('/products/{product}', `if-match: ${tags}`), 412, 'precondition-failed'),
  ),
  refused(
    'If-Match that fails before If-None-Match that would be a 304',
    get('/products/{product}', 'if-match: "x"', 'if-none-match: {etag}'),
    412,
    'precondition-failed',
  ),
  accepted(
    'both conditions with the tag',
    get('/products/{product}', 'if-match: {etag}', 'if-none-match: {etag}'),
    304,
  ),
  accepted('If-None-Match on HEAD', withMethod('HEAD', get('/products/{product}', 'if-none-match: {etag}')), 304),
  refused(
    'If-Match on HEAD',
    withMethod('HEAD', get('/products/{product}', 'if-match: "x"')),
    412,
    'precondition-failed',
  ),
  accepted(
    'a date, which has no meaning here',
    get('/products/{product}', 'if-modified-since: Fri, 01 Jan 2100 00:00:00 GMT'),
    200,
  ),
  refused('If-Match on an unknown product', get('/products/999999999', 'if-match: "x"'), 404, 'not-found'),
  refused('If-None-Match: * on an unknown product', get('/products/999999999', 'if-none-match: *'), 404, 'not-found'),
  ...[
    'if-match: "x"',
    'if-match: W/{etag}',
    'if-none-match: *',
    'if-none-match: {etag}',
    'if-none-match: W/{etag}',
  ].map((header) => refused(`${header} on a change`, patch(header), 412, 'version-mismatch')),
  refused(
    'If-Match where the target has no representation',
    withMethod('POST', get('/orders/{order}/cancel', 'if-match: *')),
    412,
    'precondition-failed',
  ),
  accepted('a read of what has no tag', get('/openapi.json', 'if-none-match: "x"'), 200, { etag: undefined }),
]

export const METHODS: readonly Row[] = [
  ...[
    '/products',
    '/products/{product}',
    '/orders/{order}',
    '/orders',
    '/health',
    '/openapi.json',
    '/docs',
    '/problems/not-found',
  ].map((path) => accepted(`HEAD ${path}`, withMethod('HEAD', get(path)), 200, { 'content-length': /^\d+$/ })),
  refused('HEAD of what does not exist', withMethod('HEAD', get('/nowhere')), 404, 'route-not-found'),
  refused('HEAD of what has no GET', withMethod('HEAD', get('/orders/sync')), 404, 'not-found'),
  refused('OPTIONS', withMethod('OPTIONS', get('/products/1')), 405, 'method-not-allowed', {
    headers: { allow: 'GET, HEAD, PUT, PATCH, DELETE', 'access-control-allow-origin': undefined },
  }),
  refused('OPTIONS *', withMethod('OPTIONS', get('*')), 405, 'method-not-allowed', { headers: { allow: /GET, HEAD/ } }),
  refused('TRACE', withMethod('TRACE', get('/products/1')), 405, 'method-not-allowed', {
    headers: { allow: /^GET, HEAD/ },
  }),
  refused('CONNECT', withMethod('CONNECT', get('localhost:1')), 405, 'method-not-allowed', { closes: true }),
  refused('a method of WebDAV', withMethod('PROPFIND', get('/products')), 405, 'method-not-allowed'),
  refused('a method that is unknown', withMethod('BREW', get('/products')), 400, 'malformed-request', { closes: true }),
  refused('DELETE of a list', withMethod('DELETE', get('/orders')), 405, 'method-not-allowed', {
    headers: { allow: 'GET, HEAD' },
  }),
  accepted('a range, which is ignored', get('/openapi.json', 'range: bytes=0-9'), 200, {
    'accept-ranges': undefined,
    'content-range': undefined,
  }),
  accepted('an encoding that the client accepts', get('/openapi.json', 'accept-encoding: gzip'), 200, {
    'content-encoding': undefined,
  }),
  accepted(
    'a body of GET, which is ignored',
    (subject) => ({ ...get('/products/{product}')(subject), body: '{' }),
    200,
  ),
  accepted('an upgrade, which is ignored', get('/health', 'connection: upgrade', 'upgrade: websocket'), 200),
  accepted('cookies that are unusual', get('/health', 'cookie: strange; b=" "; =;;'), 200),
  accepted('an authorization that is unusual', get('/health', 'authorization: Bearer x.y'), 200),
  accepted('a header twice', get('/health', 'x-request-id: a', 'accept: a', 'accept: b'), 200, { 'x-request-id': 'a' }),
]

export const PATHS: readonly Row[] = [
  ...[
    '/products/',
    '/health/',
    '//products',
    '/products//1',
    '/./products',
    '/a/../products',
    '/products/.',
    '/PRODUCTS',
  ].map((path) => refused(path, get(path), 404, path === '/products/.' ? 'not-found' : 'route-not-found')),
  ...['/products/a%2Fb', '/products/%2e%2e%2fhealth', '/products/%00', '/products/%F0%9F%A6%8A'].map((path) =>
    refused(path, get(path), 404, 'not-found'),
  ),
  accepted('a path that is encoded needlessly', get('/%70roducts/{product}'), 200),
  ...[
    '/products/%',
    '/products/%zz',
    '/products/%E0%A4%A',
    '/products/%ff',
    '/products/%u0041',
    '/%c0%af',
    'products',
    '*',
    '/a#b',
  ].map((path) => refused(path, get(path), 400, 'malformed-request', { closes: true })),
  ...['?search=%', '?search=%ff', '?search=%E0%A4%A', '?%zz=1'].map((query) =>
    refused(`/products${query}`, get(`/products${query}`), 400, 'malformed-request'),
  ),
  ...['?limit=1&limit=2', '?search=a&search=a', '?category=a&category=b', '?a&a'].map((query) =>
    refused(`/products${query}`, get(`/products${query}`), 422, 'invalid-input'),
  ),
  ...['?__proto__=1', '?constructor=1', '?limit[]=1', '?=1', '?Limit=1'].map((query) =>
    refused(`/products${query}`, get(`/products${query}`), 422, 'invalid-input'),
  ),
  accepted('an empty query', get('/products?'), 200),
  refused('a path of 9,000 bytes', get(`/products/${'9'.repeat(9_000)}`), 414, 'uri-too-long', { closes: true }),
  refused('a query of 9,000 bytes', get(`/products?search=${'x'.repeat(9_000)}`), 414, 'uri-too-long', {
    closes: true,
  }),
  refused('a path of 100,000 bytes', get(`/products/${'9'.repeat(100_000)}`), 414, 'uri-too-long', { closes: true }),
  refused('headers of 12,000 bytes', get('/health', `x-a: ${'x'.repeat(12_000)}`), 431, 'header-fields-too-large', {
    closes: true,
  }),
  refused('headers of 100,000 bytes', get('/health', `x-a: ${'x'.repeat(100_000)}`), 431, 'header-fields-too-large', {
    closes: true,
  }),
  refused(
    '2,000 headers',
    get('/health', ...Array.from({ length: 2_000 }, (_, at) => `x-${at}: 1`)),
    431,
    'header-fields-too-large',
    {
      closes: true,
    },
  ),
]

const ofHost = (host: string | null, target = '/health', ...headers: readonly string[]): Row['request'] => {
  return () => ({ target, host, headers })
}

export const HOSTS: readonly Row[] = [
  ...[
    'localhost',
    'LOCALHOST',
    'localhost.',
    'localhost:1',
    'localhost:',
    '127.0.0.1',
    '127.0.0.1:80',
    '[::1]',
    '[::1]:3000',
  ].map((host) => accepted(`the host ${host}`, ofHost(host), 200)),
  ...[
    'a b c',
    '[::1',
    '::1',
    '[::g]',
    'a:b',
    'a:99999',
    'a@localhost',
    'a/b',
    'http://localhost',
    '%zz',
    '',
    'a,b c',
    'localhost:80:80',
  ].map((host) => refused(`the host ${host}`, ofHost(host), 400, 'malformed-request', { closes: true })),
  refused('no host', ofHost(null), 400, 'malformed-request', { closes: true }),
  refused('two hosts', ofHost('localhost', '/health', 'host: localhost'), 400, 'malformed-request', { closes: true }),
  ...[
    'other.example',
    'other.example:3000',
    'localhost.other.example',
    '192.0.2.1',
    '[2001:db8::1]',
    '127.0.0.2',
    'xn--4gbrim',
  ].map((host) => refused(`the host ${host}`, ofHost(host), 421, 'misdirected-request', { closes: true })),
  accepted('a target in absolute form', ofHost('localhost', 'http://localhost/health'), 200),
  accepted('a target in absolute form without a path', ofHost('localhost', 'http://localhost?x=1'), 200),
  refused(
    'a foreign target in absolute form',
    ofHost('localhost', 'http://other.example/health'),
    421,
    'misdirected-request',
  ),
  refused('a malformed target in absolute form', ofHost('localhost', 'http://a b/health'), 400, 'malformed-request'),
  refused('a target of another scheme', ofHost('localhost', 'ftp://localhost/health'), 400, 'malformed-request'),
]

const NO_CORS = {
  'access-control-allow-origin': undefined,
  'access-control-allow-credentials': undefined,
  'access-control-allow-methods': undefined,
}

export const ORIGINS: readonly Row[] = [
  accepted('a read by another origin', get('/products/{product}', 'origin: https://other.example'), 200, NO_CORS),
  refused(
    'a preflight',
    withMethod('OPTIONS', get('/products/1', 'origin: https://other.example', 'access-control-request-method: DELETE')),
    405,
    'method-not-allowed',
    { headers: { ...NO_CORS, allow: 'GET, HEAD, PUT, PATCH, DELETE' } },
  ),
  ...['https://other.example', 'http://localhost:1', 'null', 'http://localhost.other.example', 'garbage'].map(
    (origin) =>
      refused(
        `a cancellation by the origin ${origin}`,
        withMethod('POST', get('/orders/{order}/cancel', `origin: ${origin}`)),
        403,
        'cross-origin',
        { headers: NO_CORS },
      ),
  ),
  ...['cross-site', 'same-site', 'unknown'].map((site) =>
    refused(
      `a replay with Sec-Fetch-Site: ${site}`,
      withMethod('POST', get('/dead-letters/1/replay', `sec-fetch-site: ${site}`)),
      403,
      'cross-origin',
    ),
  ),
  ...['same-origin', 'none'].map((site) =>
    refused(
      `a replay with Sec-Fetch-Site: ${site}`,
      withMethod('POST', get('/dead-letters/999999999/replay', `sec-fetch-site: ${site}`)),
      404,
      'not-found',
    ),
  ),
  refused(
    'a deletion by another origin',
    withMethod('DELETE', get('/products/1', 'origin: https://other.example')),
    403,
    'cross-origin',
  ),
]

const POLICY_OF_DATA = "default-src 'none'; frame-ancestors 'none'"
const SECURITY = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'strict-transport-security': undefined,
  'x-powered-by': undefined,
  server: undefined,
}
const OF_DATA = { ...SECURITY, 'content-security-policy': POLICY_OF_DATA, 'cache-control': 'no-store' }
const OF_A_PAGE = {
  ...SECURITY,
  'content-security-policy': /^default-src 'none'; script-src 'sha256-[\w+/=]+'; .*frame-ancestors 'none'/,
  'permissions-policy': /camera=\(\)/,
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-cache',
}

/** The headers that limit what a browser does with a response, for each kind of response. */
export const SECURITY_HEADERS: readonly Row[] = [
  ...['/', '/docs', '/status'].map((page) => accepted(`the page ${page}`, get(page), 200, OF_A_PAGE)),
  accepted('the head of a page', withMethod('HEAD', get('/')), 200, OF_A_PAGE),
  ...['/health', '/orders/{order}', '/openapi.json', '/messages/order-placed.v1.json', '/problems/not-found'].map(
    (path) => accepted(`a request for ${path}`, get(path), 200, OF_DATA),
  ),
  accepted('a product', get('/products/{product}'), 200, { ...OF_DATA, 'cache-control': 'no-cache' }),
  accepted('a product that has not changed', get('/products/{product}', 'if-none-match: {etag}'), 304, {
    ...OF_DATA,
    'cache-control': 'no-cache',
  }),
  refused('an unknown route', get('/nowhere'), 404, 'route-not-found', { headers: OF_DATA }),
  refused('an unknown order', get('/orders/1'), 404, 'not-found', { headers: OF_DATA }),
  refused('invalid input', post([JSON_TYPE]), 422, 'invalid-input', { headers: OF_DATA }),
  refused('a request by another origin', post([JSON_TYPE, 'origin: https://other.example']), 403, 'cross-origin', {
    headers: OF_DATA,
  }),
  refused('a request for another host', ofHost('other.example'), 421, 'misdirected-request', { headers: OF_DATA }),
  refused('a request without a host', ofHost(null), 400, 'malformed-request', { headers: OF_DATA }),
]

/** Bytes that no client library sends. */
export interface RawRow {
  readonly what: string
  readonly bytes: string
  readonly status: number
}

const HEAD = 'POST /orders/sync HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n'

export const RAW: readonly RawRow[] = [
  { what: 'bytes that are not HTTP', bytes: 'hello\r\n\r\n', status: 400 },
  { what: 'a preface of HTTP/2', bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', status: 400 },
  { what: 'a start of TLS', bytes: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', status: 400 },
  { what: 'a header without a colon', bytes: `${HEAD}bad header\r\n\r\n`, status: 400 },
  { what: 'a header name with a space', bytes: `${HEAD}content-length : 2\r\n\r\n{}`, status: 400 },
  { what: 'a folded header', bytes: `${HEAD}x: a\r\n b\r\ncontent-length: 2\r\n\r\n{}`, status: 400 },
  { what: 'two equal lengths', bytes: `${HEAD}content-length: 2\r\ncontent-length: 2\r\n\r\n{}`, status: 400 },
  { what: 'two different lengths', bytes: `${HEAD}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`, status: 400 },
  { what: 'a length that is a list', bytes: `${HEAD}content-length: 2, 2\r\n\r\n{}`, status: 400 },
  { what: 'a negative length', bytes: `${HEAD}content-length: -2\r\n\r\n{}`, status: 400 },
  { what: 'a length with a sign', bytes: `${HEAD}content-length: +2\r\n\r\n{}`, status: 400 },
  { what: 'a length in hexadecimal', bytes: `${HEAD}content-length: 0x2\r\n\r\n{}`, status: 400 },
  { what: 'a length out of range', bytes: `${HEAD}content-length: 99999999999999999999\r\n\r\n{}`, status: 400 },
  {
    what: 'a length and chunks',
    bytes: `${HEAD}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    status: 400,
  },
  {
    what: 'chunks and a length',
    bytes: `${HEAD}transfer-encoding: chunked\r\ncontent-length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    status: 400,
  },
  { what: 'an unknown transfer coding', bytes: `${HEAD}transfer-encoding: gzip\r\n\r\n{}`, status: 400 },
  {
    what: 'chunks that are not the last coding',
    bytes: `${HEAD}transfer-encoding: chunked, gzip\r\n\r\n{}`,
    status: 400,
  },
  { what: 'a malformed chunk', bytes: `${HEAD}transfer-encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n`, status: 400 },
  {
    what: 'a chunk that is longer than its size',
    bytes: `${HEAD}transfer-encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n`,
    status: 400,
  },
]
