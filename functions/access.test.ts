import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { DeadLetterService } from '@ecommerce/domain'
import {
  CrossOriginPolicy,
  createHttpStack,
  createLogger,
  type HttpHandler,
  PrometheusMetrics,
  type Route,
} from '@ecommerce/runtime'
import { createTokenVerifier } from '@ecommerce/runtime/token-verifier'
import {
  aDeadLetter,
  aNewProduct,
  anOrderRequest,
  FakeDeadLetterStore,
  httpEvent,
  lambdaContext,
  openFakeShop,
} from '@ecommerce/testing'
import {
  ACCESS_MATRIX,
  CALLERS,
  claimsOf,
  type MatrixCaller,
  type MatrixRequest,
  type MatrixSubjects,
  matrixRequest,
} from '@ecommerce/testing/access-matrix'
import { TestIssuer } from '@ecommerce/testing/test-issuer'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { API_ROUTES } from './api'

const COMPOSITION = [
  'dead-letters',
  'kafka',
  'lifecycle',
  'operations',
  'orders',
  'products',
  'rabbitmq',
  'settings',
  'telemetry',
]

/** The handlers of the functions, with fakes of everything that they use. */
const handlers = new Map<string, HttpHandler>()
const tokens = new Map<MatrixCaller, string>()
let issuer: TestIssuer
let shop: Awaited<ReturnType<typeof openShop>>

async function openShop() {
  const fakes = openFakeShop()
  const deadLetterStore = new FakeDeadLetterStore()
  const deadLetters = new DeadLetterService({
    store: deadLetterStore,
    origins: fakes.publishers,
    clock: () => new Date(),
  })
  const product = await fakes.products.create(aNewProduct({ stock: 100 }))
  const request = anOrderRequest({
    userId: 'owner',
    lines: [{ productId: product.id, quantity: 1 }],
    placedBy: 'owner',
  })
  const order = await fakes.orders.placeNow(request)
  const pending = await fakes.orders.placeLater(request, 'kafka')
  const deadLetter = aDeadLetter()
  await deadLetterStore.record([deadLetter])
  const subjects: MatrixSubjects = { productId: product.id, orderId: order.id, deadLetterId: deadLetter.id }
  /** Everything that a request could change. */
  const content = () =>
    JSON.stringify([
      ...[fakes.tables.products, fakes.tables.orders, fakes.tables.statusChanges, deadLetterStore.letters].map(
        (table) => [...table],
      ),
      fakes.tables.ledger,
      fakes.tables.events,
      Object.values(fakes.publishers).map(({ published }) => published.length),
    ])
  return { ...fakes, deadLetters, subjects, pendingId: pending.id, content }
}

beforeAll(async () => {
  issuer = await TestIssuer.start()
  const verifier = createTokenVerifier({
    issuer: issuer.url,
    audiences: ['shop'],
    userClaim: 'sub',
    scopePrefix: '',
    clock: () => new Date(),
    clockToleranceMs: 0,
    onFailure: () => undefined,
  })
  const logger = createLogger('silent', new Writable({ write: (_chunk, _encoding, done) => done() }))
  const prometheus = new PrometheusMetrics()
  const http = createHttpStack({ logger, metrics: prometheus, tokens: verifier })
  mockComposition('telemetry', { http, logger, prometheus, crossOrigin: new CrossOriginPolicy([]) })
  mockComposition('settings', { config: { AUTH_ISSUER: issuer.url }, home: 'function-host', access: 'protected' })
  mockComposition('operations', { gauges: { measure: async () => [] }, dependencies: [], dependencyTimeoutMs: 10 })
  mockComposition('lifecycle', { lifecycle: { isDraining: false } })
  mockComposition('kafka', {})
  mockComposition('rabbitmq', {})
  // Every test has a shop of its own.
  mockComposition('orders', {
    get orders() {
      return shop.orders
    },
  })
  mockComposition('products', {
    get products() {
      return shop.products
    },
  })
  mockComposition('dead-letters', {
    get deadLetters() {
      return shop.deadLetters
    },
  })
  vi.doMock('./read-page', () => ({ readPage: () => ({ headers: {}, body: '<p>' }) }))

  for (const folder of ['products', 'orders', 'dead-letters', 'operations']) {
    for (const file of readdirSync(join(import.meta.dirname, folder))) {
      const [, operationId] = /\bhttp\((\w+)/.exec(readFileSync(join(import.meta.dirname, folder, file), 'utf8')) ?? []
      if (operationId === undefined || file.endsWith('.test.ts')) continue
      const module: { handler: HttpHandler } = await import(`./${folder}/${file.replace(/\.ts$/, '')}.ts`)
      handlers.set(operationId, module.handler)
    }
  }
  for (const caller of CALLERS) {
    if (caller !== 'anonymous') tokens.set(caller, await issuer.token({ claims: claimsOf(caller) }))
  }
})

function mockComposition(name: string, exports: object): void {
  vi.doMock(`./composition/${name}`, () => exports)
}

beforeEach(async () => {
  shop = await openShop()
})

afterAll(async () => {
  await issuer.close()
  for (const name of COMPOSITION) vi.doUnmock(`./composition/${name}`)
  vi.doUnmock('./read-page')
  vi.resetModules() // other test files need the real modules
})

function pathOf({ path }: Route, params: MatrixRequest['params'] = {}): string {
  return path.replace(/\{(\w+)\}/g, (_, name) => params[name] ?? '')
}

async function send(route: Route, request: MatrixRequest, authorization: string | undefined) {
  const handler = handlers.get(route.operationId)
  if (!handler) return expect.fail(`${route.operationId} has no handler`)
  const event = httpEvent({
    ...request,
    method: route.method,
    path: pathOf(route, request.params),
    headers: { authorization },
  })
  const { statusCode = 0, headers = {}, body } = await handler(event, lambdaContext())
  return { status: statusCode, challenge: headers['www-authenticate'], body: body ?? '' }
}

function sendAs(caller: MatrixCaller, operationId: string, request = matrixRequest(operationId, shop.subjects)) {
  const token = tokens.get(caller)
  return send(routeOf(operationId), request, token && `Bearer ${token}`)
}

function routeOf(operationId: string): Route {
  const route = API_ROUTES.find((one) => one.operationId === operationId)
  return route ?? expect.fail(`there is no route ${operationId}`)
}

describe('the access matrix', () => {
  it('has a row for every route', () => {
    expect(Object.keys(ACCESS_MATRIX).sort()).toEqual(API_ROUTES.map(({ operationId }) => operationId).sort())
  })

  const cells = Object.entries(ACCESS_MATRIX).flatMap(([operationId, row]) =>
    CALLERS.map((caller) => ({ operationId, caller, access: row[caller] })),
  )

  it.each(cells)('$operationId by $caller: $access', async ({ operationId, caller, access }) => {
    const before = shop.content()
    const { status, challenge } = await sendAs(caller, operationId)

    expect(status).toBe(access === 'yes' ? routeOf(operationId).success.status : access)
    if (access !== 'yes') expect(shop.content()).toBe(before)
    if (access === 401) expect(challenge).toMatch(/^Bearer realm="ecommerce", scope="/)
    if (access === 403) expect(challenge).toContain('error="insufficient_scope"')
  })
})

describe('an order', () => {
  const unknown = '0190a6d0-7e2a-8000-8000-000000000000'
  const ROUTES = ['getOrder', 'getOrderTimeline', 'cancelOrder']
  const withoutIds = (text: string) => text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id')

  it.each(ROUTES)(
    'of somebody else looks to %s like one that does not exist, recorded or pending',
    async (operationId) => {
      const { body } = matrixRequest(operationId, shop.subjects)
      const responses = []
      for (const id of [shop.subjects.orderId, shop.pendingId, unknown]) {
        responses.push(await sendAs('stranger', operationId, { params: { id }, body }))
      }

      const [recorded, ...others] = responses.map(({ status, body }) => ({ status, body: withoutIds(body) }))
      expect(recorded?.status).toBe(404)
      for (const other of others) expect(other).toEqual(recorded)
    },
  )

  it.each(['owner', 'staff'] as const)('that is pending is visible to %s', async (caller) => {
    const { status, body } = await sendAs(caller, 'getOrder', { params: { id: shop.pendingId } })

    expect({ status, body: JSON.parse(body) }).toMatchObject({ status: 200, body: { status: 'pending' } })
  })

  it('of somebody else is in no list of a customer', async () => {
    const { body } = await sendAs('stranger', 'listOrders', {})

    expect(JSON.parse(body)).toEqual({ items: [] })
  })

  it('that staff places and cancels for a customer says who did it', async () => {
    const placed = JSON.parse((await sendAs('staff', 'createOrderSync')).body)
    expect(placed).toMatchObject({ user_id: 'owner', placed_by: 'staff' })

    await sendAs('staff', 'cancelOrder', { params: { id: placed.id }, body: {} })
    const { body } = await sendAs('owner', 'getOrderTimeline', { params: { id: placed.id } })
    expect(JSON.parse(body).history.at(-1)).toMatchObject({ status: 'cancelled', acted_by: 'staff' })
  })
})

describe('a request without the right token', () => {
  const changing = API_ROUTES.filter(({ method, access }) => method !== 'GET' && access !== 'public')
  const mayUse = (caller: MatrixCaller, { operationId }: Route) => ACCESS_MATRIX[operationId]?.[caller] === 'yes'

  it('changes nothing, whatever it contains', async () => {
    const garbage = fc.oneof(
      fc.constant(undefined),
      fc.string({ maxLength: 40 }),
      fc.base64String({ maxLength: 80 }).map((text) => `Bearer ${text}`),
      fc
        .constantFrom(...tokens.values())
        .chain((token) => fc.nat({ max: token.length - 1 }).map((at) => `Bearer ${flipped(token, at)}`)),
      fc.constantFrom(...tokens.values()).map((token) => `Bearer ${token},Bearer ${token}`),
      fc.constantFrom(...tokens.values()).map((token) => `Basic ${token}`),
    )
    const foreign = fc.constantFrom(...CALLERS).map((caller) => ({ caller }))
    const before = shop.content()

    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...changing), fc.oneof(garbage, foreign), async (route, credentials) => {
        const isCaller = typeof credentials === 'object'
        if (isCaller && mayUse(credentials.caller, route)) return
        const token = isCaller ? tokens.get(credentials.caller) : undefined
        const authorization = isCaller ? token && `Bearer ${token}` : credentials
        const { status } = await send(route, matrixRequest(route.operationId, shop.subjects), authorization)

        expect([400, 401, 403, 404, 503]).toContain(status)
        expect(shop.content()).toBe(before)
      }),
      { numRuns: 300 },
    )
  })
})

/** The token with one changed character. The last characters of a signature may have bits without a meaning. */
function flipped(token: string, at: number): string {
  const index = Math.min(at, token.length - 4)
  const replacement = token[index] === 'A' ? 'B' : 'A'
  return token.slice(0, index) + replacement + token.slice(index + 1)
}
