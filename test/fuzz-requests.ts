import fc from 'fast-check'
import type { DocumentedRoute } from './api-contract'
import type { RawRequest } from './raw-http'

const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'QUERY',
  'BREW',
  'get',
]

/** Any bytes that do not end the line. */
const lineText = fc
  .array(fc.oneof({ arbitrary: fc.integer({ min: 32, max: 126 }), weight: 9 }, fc.integer({ min: 128, max: 255 })), {
    maxLength: 40,
  })
  .map((codes) => String.fromCharCode(...codes))

const identifier = (known: readonly string[]) =>
  fc.oneof(
    { arbitrary: fc.constantFrom(...known), weight: 5 },
    fc.constantFrom(
      '0',
      '-1',
      '1e3',
      'null',
      '__proto__',
      '%00',
      '%ff',
      '%',
      '..',
      '%2e%2e%2f',
      '999999999999999999',
      'a%2Fb',
      '',
    ),
    fc.webSegment(),
  )

const queryValue = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '1',
    '-1',
    '100',
    '9.99',
    '1e400',
    'true',
    'name',
    '-price',
    'relevance',
    'confirmed',
    'kafka',
    'open',
    '%00',
    '%ff',
    '%zz',
    'a+b',
    'x'.repeat(300),
  ),
  fc.webQueryParameters(),
)
const queryName = fc.constantFrom(
  'search',
  'category',
  'min_price',
  'max_price',
  'in_stock',
  'sort',
  'limit',
  'cursor',
  'user_id',
  'status',
  'channel',
  'broker',
  'cause',
  '__proto__',
  'x[]',
  '',
)
const query = fc.oneof(
  { arbitrary: fc.constant(''), weight: 4 },
  {
    arbitrary: fc
      .array(fc.tuple(queryName, queryValue), { minLength: 1, maxLength: 4 })
      .map((pairs) => `?${pairs.map(([name, value]) => `${name}=${value}`).join('&')}`),
    weight: 3,
  },
  fc.webQueryParameters().map((text) => `?${text}`),
)

/** Headers that the shop or HTTP gives a meaning, with values that are right, wrong or strange. */
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  'content-type': [
    'application/json',
    'application/json; charset=utf-8',
    'application/json; charset=latin1',
    'json',
    '',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/merge-patch+json',
    'application/json;;;"',
  ],
  'content-encoding': ['identity', 'gzip', 'br', ''],
  'if-match': ['*', '"1-10"', 'W/"1"', '"a", "b"', '"', ''],
  'if-none-match': ['*', '"1-10"', 'W/"1"', '"a", "b"', '"', ''],
  'if-modified-since': ['Fri, 01 Jan 2100 00:00:00 GMT', 'yesterday'],
  'idempotency-key': ['a', 'key-1', '', 'x'.repeat(200), 'caf\u00e9'],
  origin: ['null', 'https://other.example', 'http://localhost', ''],
  'sec-fetch-site': ['same-origin', 'cross-site', 'none'],
  'access-control-request-method': ['PUT', ''],
  'x-request-id': ['a', '', 'x'.repeat(300), 'a b'],
  traceparent: ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', '00', 'ff-0-0-0'],
  cookie: ['a=1', '=; ;', 'a="'],
  authorization: ['Bearer a.b.c', 'Basic !', ''],
  range: ['bytes=0-1', 'bytes=-', 'lines=1'],
  expect: ['100-continue', 'magic'],
  accept: ['*/*', 'image/png', ''],
  'accept-encoding': ['gzip', 'identity;q=0', '*'],
  connection: ['close', 'keep-alive', 'upgrade', 'x'],
  upgrade: ['websocket', 'h2c'],
  te: ['trailers'],
  'x-forwarded-for': ['127.0.0.1'],
  'sls-offline-authorizer-override': ['{}', '{'],
  'x-http-method-override': ['DELETE'],
}

/** Most of these make the request invalid HTTP, so they are rare. */
const FRAMING: typeof HEADERS = {
  'transfer-encoding': ['chunked', 'gzip', 'identity'],
  'content-length': ['0', '1', '-1', 'x', '12000000'],
}

const headerIn = (headers: typeof HEADERS) =>
  fc
    .constantFrom(...Object.keys(headers))
    .chain((name) =>
      fc.tuple(
        fc.constant(name),
        fc.oneof({ arbitrary: fc.constantFrom(...(headers[name] ?? [''])), weight: 9 }, lineText),
      ),
    )

const header = fc
  .oneof(
    { arbitrary: headerIn(HEADERS), weight: 60 },
    { arbitrary: headerIn(FRAMING), weight: 3 },
    fc.tuple(lineText, lineText),
  )
  .map(([name, value]) => `${name}: ${value}`)

const headers = fc.oneof(
  {
    arbitrary: fc.array(header, { maxLength: 5 }).map((lines) => ['content-type: application/json', ...lines]),
    weight: 3,
  },
  fc.array(header, { maxLength: 6 }),
)

const memberName = fc.constantFrom(
  'name',
  'description',
  'category',
  'price',
  'stock',
  'delta',
  'reason',
  'user_id',
  'product_id',
  'quantity',
  'items',
  'status',
  'note',
  '__proto__',
  'constructor',
  'id',
  'surprise',
  '',
)
const memberValue = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, 1.5, 9.99, 1e18, 1e308, '', 'a', ' ', 'shipped', '\ud800', '\u0000', true, null),
  fc.string({ unit: 'binary' }),
  fc.array(fc.dictionary(memberName, fc.oneof(fc.integer(), fc.string())), { maxLength: 3 }),
  fc.jsonValue(),
)
const json = fc.oneof(
  { arbitrary: fc.dictionary(memberName, memberValue).map((value) => JSON.stringify(value)), weight: 3 },
  fc.json(),
  fc
    .array(fc.tuple(memberName, fc.json()), { maxLength: 4 })
    .map((members) => `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join()}}`),
  fc.constantFrom(
    '{"a":1e400}',
    '{"name":"\\ud800","price":1}',
    `${'['.repeat(20_000)}`,
    `${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}`,
    `"${'x'.repeat(70_000)}"`,
  ),
)
const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array))

const validBody = (product: string) =>
  fc
    .constantFrom(
      { name: 'Fuzz', price: 1, stock: 5 },
      { price: 2 },
      { delta: 1, reason: 'fuzz' },
      { user_id: 'fuzz', product_id: Number(product), quantity: 1 },
      { status: 'shipped' },
      {},
    )
    .map((value) => JSON.stringify(value))

/** What exists in the shop, so that some requests succeed. */
export interface Known {
  readonly products: readonly [string, ...string[]]
  readonly orders: readonly string[]
}

/** Requests over all routes, methods, headers and bodies: right ones, wrong ones and noise. */
export function anyRequest(routes: readonly DocumentedRoute[], { products, orders }: Known): fc.Arbitrary<RawRequest> {
  const path = fc.constantFrom(...routes).chain((route) => {
    const id = identifier(route.path.startsWith('/orders') ? orders : products)
    return fc.tuple(
      fc.constant(route.method),
      id.map((value) => route.path.replace(/\{\w+\}/, () => value)),
    )
  })
  const target = fc.oneof(
    { arbitrary: fc.tuple(path, query).map(([[method, text], more]) => ({ method, target: text + more })), weight: 9 },
    fc
      .tuple(
        fc.constantFrom(...METHODS),
        fc.webPath().map((text) => `/${text}`),
      )
      .map(([method, text]) => ({ method, target: text })),
    fc
      .constantFrom(
        '*',
        '//',
        '/%',
        'http://localhost/health',
        'http://other.example/',
        '/a#b',
        'localhost:1',
        `/${'x'.repeat(9_000)}`,
      )
      .map((text) => ({ method: 'GET', target: text })),
  )
  const method = fc.oneof({ arbitrary: fc.constant(undefined), weight: 4 }, fc.constantFrom(...METHODS))
  const host = fc.oneof({ arbitrary: fc.constant(undefined), weight: 30 }, fc.constant(null), lineText)
  const body = fc.oneof(
    { arbitrary: fc.constant(undefined), weight: 3 },
    { arbitrary: validBody(products[0]), weight: 3 },
    { arbitrary: json, weight: 4 },
    bytes,
  )
  return fc
    .record({ target, method, headers, host, body })
    .map(({ target: { method: ofRoute, target: text }, method: other, headers: lines, host: name, body: content }) => ({
      method: other ?? ofRoute,
      target: text,
      headers: lines,
      ...(name !== undefined && { host: name }),
      ...(content !== undefined && { body: content }),
    }))
}
