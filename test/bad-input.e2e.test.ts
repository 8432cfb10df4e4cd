import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as bad from './bad-input'
import { expectAnyProblem, expectProblem, pointersOf } from './expect-problem'
import { bodyOf, type Method, type Page, type Product, uniqueWord } from './shop-client'
import { tableContents } from './table-contents'
import { useShop } from './use-shop'

/** The targets of the invalid requests. They are valid, so that each request fails only because of its intended error. */
let productId: number
let orderId: string
let before: Awaited<ReturnType<typeof tableContents>>

const shop = useShop()

beforeAll(async () => {
  const neighbour = await shop.client.createProduct({ stock: 1_000 })
  productId = (await shop.client.createProduct({ stock: 1_000 })).id
  expect(neighbour.id).toBe(productId - 1)
  orderId = (await shop.client.placeOrder([{ product_id: productId, quantity: 1 }])).id
  // A second order, because a list of one has no next page and therefore no cursor.
  await shop.client.placeOrder([{ product_id: productId, quantity: 1 }])
  before = await tableContents(shop.database)
})

/** What all tests of this file have in common: an invalid request writes nothing and logs no error. */
afterAll(async () => {
  expect(await tableContents(shop.database)).toEqual(before)
  expect(shop.server.log).not.toMatch(/"level":"(error|fatal)"/)
})

interface BodyRoute {
  readonly method: Method
  readonly route: string
  readonly bodies: () => readonly bad.BadBody[]
  /** Whether the route accepts a request without a body. */
  readonly bodyOptional?: boolean
}

const ORDER_ROUTES = ['/orders/sync', '/orders/async/kafka', '/orders/async/rabbitmq'] as const

const BODY_ROUTES: readonly BodyRoute[] = [
  { method: 'POST', route: '/products', bodies: () => bad.BAD_PRODUCTS },
  { method: 'PUT', route: '/products/{id}', bodies: () => bad.BAD_REPLACEMENTS },
  { method: 'PATCH', route: '/products/{id}', bodies: () => bad.BAD_PATCHES },
  { method: 'POST', route: '/products/{id}/inventory/adjustments', bodies: () => bad.BAD_ADJUSTMENTS },
  ...ORDER_ROUTES.map((route) => ({ method: 'POST' as const, route, bodies: () => bad.badOrders(productId) })),
  { method: 'POST', route: '/orders/{id}/cancel', bodies: () => bad.BAD_CANCELLATIONS, bodyOptional: true },
  { method: 'POST', route: '/orders/{id}/status', bodies: () => bad.BAD_MOVES },
]

const pathOf = (route: string) =>
  route.replace('{id}', () => (route.startsWith('/orders') ? orderId : String(productId)))

it('every route that takes a body is among the routes below', () => {
  const documented = shop.contract.routes
    .filter(({ operation }) => operation.requestBody !== undefined)
    .map(({ method, path }) => `${method} ${path}`)

  expect(BODY_ROUTES.map(({ method, route }) => `${method} ${route}`).sort()).toEqual(documented.sort())
})

describe.each(BODY_ROUTES)('$method $route', ({ method, route, bodies }) => {
  const json = { 'content-type': 'application/json' }
  const send = (raw: string | Buffer, headers: Record<string, string> = json) =>
    shop.client.send(method, pathOf(route), { raw, headers })

  it('refuses each invalid member and names it', async () => {
    for (const { what, body, pointer } of bodies()) {
      const response = await shop.client.send(method, pathOf(route), { json: body })
      const problem = expectProblem(response, 'invalid-input')
      expect(pointersOf(problem), what).toContain(pointer)
      expect(new Set(pointersOf(problem).map((found) => found.split('/', 2)[1])).size, `only ${what}`).toBe(1)
    }
  })

  it.each(['{', '{"a":1', "{'a':1}", '{"a":1,}', '{"a":NaN}', 'undefined', '\u0000', '{"a":"\n"}', '{}{}', '\ufeff{}'])(
    'responds to malformed JSON (%j) with 400',
    async (raw) => {
      expectProblem(await send(raw), 'malformed-json')
    },
  )

  it.each([
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'text/json',
    'application/problem+json',
    '*/*',
  ])('responds to a body of type %s with 415', async (mediaType) => {
    expectProblem(await send('{}', { 'content-type': mediaType }), 'unsupported-media-type')
  })

  it('refuses a body without a content type', async () => {
    expectProblem(await send('{"surprise":1}', {}), 'unsupported-media-type')
  })

  it.each([64 * 1024 + 1, 65 * 1024, 1024 * 1024])('responds to a body of %d bytes with 413', async (size) => {
    const padded = (text: string, length: number) => text + ' '.repeat(length - Buffer.byteLength(text))

    expectProblem(await send(padded('{}', size)), 'payload-too-large')
    expectProblem(await send('['.repeat(size)), 'payload-too-large')
    expectProblem(await send('é'.repeat(size / 2 + 1)), 'payload-too-large')
  })

  it('accepts a body of 64 KiB for parsing', async () => {
    const response = await send(JSON.stringify({ surprise: 'x'.repeat(64 * 1024 - 15) }))

    expect(pointersOf(expectProblem(response, 'invalid-input'))).toContain('/surprise')
  })

  it.each(['[]', '[{}]', '7', 'true', `${'['.repeat(5_000)}${']'.repeat(5_000)}`])(
    'refuses a body that is JSON but not an object (%#)',
    async (raw) => {
      expect(pointersOf(expectProblem(await send(raw), 'invalid-input'))).toEqual([''])
    },
  )

  it('responds with 404 or 422 to an invalid body for an unknown id', async () => {
    if (!route.includes('{id}')) return
    const response = await shop.client.send(method, route.replace('{id}', '9007199254740991'), {
      json: { surprise: 1 },
    })

    expect([404, 422]).toContain(expectAnyProblem(response).status)
  })
})

describe.each(BODY_ROUTES.filter(({ bodyOptional }) => !bodyOptional))('$method $route', ({ method, route }) => {
  it.each(['null', '"text"', 'false', '0', '""'])('refuses a body that is %s', async (raw) => {
    const sent = { raw, headers: { 'content-type': 'application/json' } }

    expect(pointersOf(expectProblem(await shop.client.send(method, pathOf(route), sent), 'invalid-input'))).toEqual([
      '',
    ])
  })

  it('refuses an empty body, with and without a content type', async () => {
    const typed = { raw: '', headers: { 'content-type': 'application/json' } }

    expectProblem(await shop.client.send(method, pathOf(route), typed), 'malformed-json')
    expectProblem(await shop.client.send(method, pathOf(route)), 'unsupported-media-type')
  })
})

describe('an id that names nothing', () => {
  const routes = [
    { method: 'GET', route: '/products/{id}' },
    { method: 'PUT', route: '/products/{id}', json: { name: 'x', price: 1 } },
    { method: 'PATCH', route: '/products/{id}', json: { price: 1 } },
    { method: 'DELETE', route: '/products/{id}' },
    { method: 'GET', route: '/products/{id}/inventory' },
    { method: 'POST', route: '/products/{id}/inventory/adjustments', json: { delta: 1, reason: 'x' } },
    { method: 'GET', route: '/orders/{id}' },
    { method: 'GET', route: '/orders/{id}/timeline' },
    { method: 'POST', route: '/orders/{id}/cancel', json: {} },
    { method: 'POST', route: '/orders/{id}/status', json: { status: 'shipped' } },
    { method: 'GET', route: '/dead-letters/{id}' },
    { method: 'POST', route: '/dead-letters/{id}/replay' },
    { method: 'DELETE', route: '/dead-letters/{id}' },
    { method: 'GET', route: '/problems/{code}' },
    { method: 'GET', route: '/messages/{name}' },
  ] as const

  it('is tested on every route with a path parameter', () => {
    const documented = shop.contract.routes
      .filter(({ path }) => path.includes('{'))
      .map(({ method, path }) => `${method} ${path}`)

    expect(routes.map(({ method, route }) => `${method} ${route}`).sort()).toEqual(documented.sort())
  })

  it.each(routes)('is a 404 to $method $route', async ({ method, route, ...request }) => {
    for (const id of bad.BAD_IDS) {
      expectProblem(
        await shop.client.send(
          method,
          route.replace(/{\w+}/, () => id),
          request,
        ),
        'not-found',
      )
    }
  })

  it.each(routes)(
    'does not lead $method $route to another route when it contains dots',
    async ({ method, route, ...request }) => {
      for (const id of ['../..', '..', '../../etc/passwd', '%2e%2e/%2e%2e']) {
        const response = await shop.client.send(
          method,
          route.replace(/{\w+}/, () => id),
          request,
        )
        expect([404, 405], `${id}: ${JSON.stringify(response.body)}`).toContain(expectAnyProblem(response).status)
      }
    },
  )

  it.each(['%', '%E0%A4%A', '%ff', '%u0041'])('is refused when it is not UTF-8 (%s)', async (id) => {
    for (const { method, route, ...request } of routes) {
      const response = await shop.client.send(
        method,
        route.replace(/{\w+}/, () => id),
        request,
      )
      expectProblem(response, 'malformed-request')
    }
  })
})

describe('a query', () => {
  const lists = [
    { path: '/products' },
    { path: '/orders' },
    { path: '/products/{id}/inventory' },
    { path: '/dead-letters' },
  ]

  const refuses = async (path: string, query: Record<string, string>, pointer: string) => {
    const response = await shop.client.get(`${pathOf(path)}?${new URLSearchParams(query)}`)
    expect(pointersOf(expectProblem(response, 'invalid-input')), JSON.stringify(query)).toEqual([pointer])
  }

  it.each(lists)('of $path refuses a bad limit', async ({ path }) => {
    for (const limit of bad.BAD_LIMITS) await refuses(path, { limit }, '/limit')
    const twice = await shop.client.get(`${pathOf(path)}?limit=1&limit=2`)
    expect(pointersOf(expectProblem(twice, 'invalid-input'))).toEqual(['/limit'])
  })

  it.each(lists)('of $path refuses unknown parameters', async ({ path }) => {
    for (const name of ['page', 'Limit', '__proto__', 'constructor', 'limit[]', 'a b']) {
      await refuses(path, { [name]: '1' }, `/${name}`)
    }
  })

  it.each(lists)('of $path refuses a cursor that the shop never issued', async ({ path }) => {
    for (const cursor of [
      '',
      'abc',
      '!!!',
      '%00',
      '🦊',
      'e30',
      'W10',
      'bnVsbA',
      'x'.repeat(1_001),
      'x'.repeat(2_001),
      '../..',
    ]) {
      await refuses(path, { cursor }, '/cursor')
    }
  })

  it.each([
    { path: '/products', first: 'limit=1', next: 'limit=1&sort=name' },
    { path: '/products', first: 'limit=1&sort=name', next: 'limit=1&sort=-name' },
    { path: '/products', first: 'limit=1&min_price=1', next: 'limit=1&min_price=2' },
    { path: '/products', first: 'limit=1', next: 'limit=1&in_stock=true' },
    { path: '/orders', first: 'limit=1', next: 'limit=1&status=confirmed' },
    { path: '/orders', first: 'limit=1', next: 'limit=1&user_id=somebody' },
  ])('$path?$next refuses the cursor of ?$first', async ({ path, first, next }) => {
    await shop.client.get(`${path}?${first}`)
    const { next_cursor: cursor } = bodyOf<Page<Product>>(await shop.client.get(`${path}?${first}`), 200)
    expect(cursor).toBeDefined()

    const response = await shop.client.get(`${path}?${next}&cursor=${cursor}`)

    expect(pointersOf(expectProblem(response, 'invalid-input'))).toEqual(['/cursor'])
  })

  /** The query mark in a cursor is not secret, so anybody can write a cursor that looks valid. */
  it.each(['/products?', '/products?sort=name&', '/products?sort=-price&', '/products?sort=relevance&', '/orders?'])(
    '%s survives a cursor with a forged position',
    async (list) => {
      const { next_cursor = '' } = bodyOf<Page<Product>>(await shop.client.get(`${list}limit=1`), 200)
      const [mark, ...position] = JSON.parse(Buffer.from(next_cursor, 'base64url').toString()) as unknown[]
      const values = [
        '',
        'abc',
        -1,
        0,
        Number.MAX_SAFE_INTEGER,
        -Number.MAX_SAFE_INTEGER,
        '\ud83e',
        "' OR 1=1 --",
        '🦊',
        '-5',
        '1e308',
        '9'.repeat(300),
        1.5,
        null,
        [],
        {},
        [[1]],
        true,
      ]

      for (const value of values) {
        for (let at = 0; at < position.length; at += 1) {
          const forged = Buffer.from(JSON.stringify([mark, ...position.with(at, value)])).toString('base64url')
          const response = await shop.client.get(`${list}limit=1&cursor=${forged}`)
          if (response.status !== 200) {
            expect(pointersOf(expectProblem(response, 'invalid-input')), JSON.stringify(value)).toEqual(['/cursor'])
          }
        }
      }
    },
  )

  it('of products refuses invalid filters', async () => {
    for (const price of ['', '-1', '1.999', '1e3', 'NaN', 'free', '99999999', '1,5', ' 1', '1000000.01']) {
      await refuses('/products', { min_price: price }, '/min_price')
      await refuses('/products', { max_price: price }, '/max_price')
    }
    for (const value of ['', 'TRUE', '1', 'yes', 'null']) await refuses('/products', { in_stock: value }, '/in_stock')
    for (const sort of ['', 'stock', 'price,id', '+price', '--price', 'id;', '__proto__']) {
      await refuses('/products', { sort }, '/sort')
    }
    for (const text of ['', '   ', 'x'.repeat(201)]) {
      await refuses('/products', { search: text }, '/search')
      await refuses('/products', { category: text }, '/category')
    }
  })

  it('of orders refuses invalid filters', async () => {
    for (const status of ['', 'pending', 'CONFIRMED', 'lost', 'confirmed,shipped', '__proto__']) {
      await refuses('/orders', { status }, '/status')
    }
    for (const channel of ['', 'Kafka', 'http', 'sync,kafka']) await refuses('/orders', { channel }, '/channel')
    for (const user_id of ['', '  ', 'x'.repeat(65)]) await refuses('/orders', { user_id }, '/user_id')
  })

  it('of dead letters refuses invalid filters', async () => {
    for (const status of ['', 'closed', 'OPEN', 'open,replayed', '__proto__']) {
      await refuses('/dead-letters', { status }, '/status')
    }
    for (const broker of ['', 'Kafka', 'sync', 'kafka,rabbitmq']) await refuses('/dead-letters', { broker }, '/broker')
    for (const cause of ['', ' ', 'a b', '🦊', 'x'.repeat(65)]) await refuses('/dead-letters', { cause }, '/cause')
  })

  const METACHARACTERS = [
    "'",
    '"',
    '\\',
    "\\'",
    '`',
    '%',
    '_',
    '?',
    '??',
    ':id',
    '--',
    '#',
    '/*',
    '*/',
    ';',
    '\u0000',
    '\u001a',
    '\n',
    "' OR '1'='1",
    "'; DROP TABLE orders; --",
    '1 UNION SELECT 1',
    '+a -b ~c <d >e (f) "g" h*',
    '@4',
    '"@8',
    '+',
    '*',
    '((((',
    '🦊',
    '\u202e',
    'x y z w v u t s r',
    'the what with',
    'ＳＥＬＥＣＴ',
  ]

  it('treats metacharacters of SQL as plain text', async () => {
    for (const text of METACHARACTERS) {
      const padded = `${uniqueWord()}${text}${uniqueWord()}`
      for (const [path, name] of [
        ['/products', 'search'],
        ['/products', 'category'],
        ['/orders', 'user_id'],
      ] as const) {
        // Nothing contains the unique words, so only a broken statement could find anything.
        const found = await shop.client.get(`${path}?${new URLSearchParams({ [name]: padded.slice(0, 64) })}`)
        if (name !== 'search') expect(found, text).toMatchObject({ status: 200, body: { items: [] } })
        const { status } = await shop.client.get(`${path}?${new URLSearchParams({ [name]: text })}`)
        expect([200, 422], `${name}=${text}`).toContain(status)
      }
    }
  })
})

describe('a header', () => {
  const placeWith = (headers: Record<string, string>, route: (typeof ORDER_ROUTES)[number] = '/orders/sync') =>
    shop.client.post(route, { user_id: 'buyer', product_id: productId, quantity: 1 }, headers)

  it.each(['', ' ', 'x'.repeat(129), 'a b', 'tab\there', 'caf\u00e9', '\u0080'])(
    'named Idempotency-Key is refused when it is %j',
    async (key) => {
      for (const route of ORDER_ROUTES) {
        const response = await placeWith({ 'idempotency-key': key }, route)
        expect(pointersOf(expectProblem(response, 'invalid-input')), route).toEqual(['/idempotency-key'])
      }
    },
  )

  it.each(['1', '"1', "'1'", '"1" "2"', '*, "1"', '', '**'])('named If-Match is refused when it is %s', async (tag) => {
    for (const request of [
      { method: 'PUT', json: { name: 'x', price: 1 } },
      { method: 'PATCH', json: { price: 1 } },
      { method: 'DELETE' },
    ] as const) {
      const { method, ...sent } = { ...request, headers: { 'if-match': tag } }
      const response = await shop.client.send(method, `/products/${productId}`, sent)
      expect(pointersOf(expectProblem(response, 'invalid-input'))).toEqual(['/if-match'])
    }
  })

  it.each([
    [{ 'content-type': 'garbage;;;' }, 'unsupported-media-type'],
    [{ 'content-type': 'multipart/form-data' }, 'unsupported-media-type'],
    [{ 'content-encoding': 'gzip' }, 'unsupported-media-type'],
    [{ 'x-large': 'x'.repeat(20_000) }, 'header-fields-too-large'],
    [{ origin: 'https://other.example' }, 'cross-origin'],
    [{ host: 'other.example' }, 'misdirected-request'],
    [{ host: 'a b c' }, 'malformed-request'],
  ] as const)('is refused when it is invalid (%#)', async (headers, code) => {
    expectProblem(await placeWith(headers), code)
  })
})
