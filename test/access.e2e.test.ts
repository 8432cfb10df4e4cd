import { MysqlDeadLetterStore } from '@ecommerce/adapters/mysql'
import { orderPlaced } from '@ecommerce/domain'
import { parseConfig } from '@ecommerce/runtime/config'
import { aDeadLetter, anAcceptedOrder } from '@ecommerce/testing'
import { ACCESS_MATRIX, CALLERS, claimsOf, type MatrixCaller, matrixRequest } from '@ecommerce/testing/access-matrix'
import { TestIssuer } from '@ecommerce/testing/test-issuer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { API_ROUTES } from '../functions/api'
import { openDatabase } from '../infra/mysql/open-database'
import { childEnvironment } from '../tools/local/run'
import { sendTo } from './homes'
import { startHostServer } from './host-server'
import { startOfflineServer } from './offline-server'
import type { ServerProcess } from './server-process'

const HOMES = [
  { home: 'serverless-offline', start: startOfflineServer },
  { home: 'the function host', start: startHostServer },
]

describe.each(HOMES)('a shop with an identity provider in $home', ({ start }) => {
  let issuer: TestIssuer
  let server: ServerProcess
  const database = openDatabase(parseConfig(childEnvironment()))
  const tokens = new Map<MatrixCaller, string>()
  let productId: number

  beforeAll(async () => {
    issuer = await TestIssuer.start()
    server = await start({ AUTH_ISSUER: issuer.url, AUTH_AUDIENCE: 'shop' })
    for (const caller of CALLERS) {
      if (caller !== 'anonymous') tokens.set(caller, await issuer.token({ claims: claimsOf(caller) }))
    }
    const { body } = await send('POST', '/products', tokens.get('staff'), { name: 'Lamp', price: 20, stock: 100_000 })
    productId = body.id
  })

  afterAll(async () => {
    const ending = await server.stop()
    await Promise.all([issuer.close(), database.close()])
    expect(ending).toEqual({ code: 0, signal: null })
  })

  async function send(method: string, path: string, token: string | undefined, json?: unknown) {
    const headers = [
      ...(token === undefined ? [] : ['authorization', `Bearer ${token}`]),
      ...(json === undefined ? [] : ['content-type', 'application/json']),
    ]
    const response = await sendTo(server, {
      method,
      path,
      headers,
      ...(json !== undefined && { body: JSON.stringify(json) }),
    })
    const isJson = response.headers['content-type']?.[0]?.includes('json')
    const [challenge] = response.headers['www-authenticate'] ?? []
    return { ...response, challenge, body: isJson ? JSON.parse(response.body.toString()) : {} }
  }

  const order = (userId: string) => ({ user_id: userId, product_id: productId, quantity: 1 })

  async function anOrderOfTheOwner(): Promise<string> {
    const { status, body } = await send('POST', '/orders/sync', tokens.get('owner'), order('owner'))
    expect(status).toBe(201)
    return body.id
  }

  async function aRecordedDeadLetter(): Promise<string> {
    const lines = [{ productId: 999_999_999, quantity: 1 }]
    const { id, body, headers } = orderPlaced(anAcceptedOrder({ channel: 'kafka', lines }))
    const letter = aDeadLetter({ broker: 'kafka', messageId: id, body: Buffer.from(body), headers })
    await new MysqlDeadLetterStore(database).record([letter])
    return letter.id
  }

  async function aProduct(): Promise<number> {
    const { body } = await send('POST', '/products', tokens.get('staff'), { name: 'Chair', price: 20, stock: 1 })
    return body.id
  }

  const cells = API_ROUTES.flatMap((route) =>
    CALLERS.map((caller) => ({ route, caller, operationId: route.operationId })),
  )

  it.each(cells)(
    '$operationId by $caller responds as the access matrix says',
    async ({ route, caller, operationId }) => {
      const access = ACCESS_MATRIX[operationId]?.[caller]
      const subjects = {
        productId: operationId === 'deleteProduct' ? await aProduct() : productId,
        orderId: await anOrderOfTheOwner(),
        deadLetterId: await aRecordedDeadLetter(),
      }
      const { params = {}, query = {}, body } = matrixRequest(operationId, subjects)
      const path = route.path.replace(/\{(\w+)\}/g, (_, name) => params[name] ?? '')

      const response = await send(route.method, `${path}?${new URLSearchParams(query)}`, tokens.get(caller), body)

      expect(response.status).toBe(access === 'yes' ? route.success.status : access)
      if (access === 'yes') return
      expect(response.headers['content-type']).toEqual(['application/problem+json'])
      expect(response.body).toMatchObject({ status: access, request_id: response.headers['x-request-id']?.[0] })
      if (access === 401) expect(response.challenge).toMatch(/^Bearer realm="ecommerce", scope="/)
      if (access === 403) expect(response.challenge).toContain('error="insufficient_scope"')
    },
  )

  it('hides a pending order from a stranger, and shows it to its owner and to staff', async () => {
    const { body } = await send('POST', '/orders/async/kafka', tokens.get('owner'), order('owner'))

    const statusFor = async (caller: MatrixCaller) =>
      (await send('GET', `/orders/${body.id}`, tokens.get(caller))).status
    expect([await statusFor('stranger'), await statusFor('owner'), await statusFor('staff')]).toEqual([404, 200, 200])
  })

  it('records who has placed an order through a broker for somebody else', async () => {
    const { body } = await send('POST', '/orders/async/rabbitmq', tokens.get('staff'), order('owner'))

    await expect
      .poll(async () => (await send('GET', `/orders/${body.id}`, tokens.get('owner'))).body, { timeout: 20_000 })
      .toMatchObject({ status: 'confirmed', user_id: 'owner', placed_by: 'staff' })
  })

  it.each([
    { what: 'no signature', forge: (token: string) => token.replace(/[^.]+$/, '') },
    { what: 'another payload', forge: (token: string) => token.replace(/\.[^.]+\./, `.${btoa('{"sub":"owner"}')}.`) },
  ])('refuses a token with $what', async ({ forge }) => {
    const response = await send('GET', '/orders', forge(tokens.get('owner') ?? ''))

    expect(response).toMatchObject({ status: 401, challenge: expect.stringContaining('error="invalid_token"') })
  })

  it('refuses two headers Authorization, and a token in the query', async () => {
    const token = tokens.get('owner') ?? ''
    const twice = ['authorization', `Bearer ${token}`, 'authorization', `Bearer ${token}`]

    expect(await sendTo(server, { path: '/orders', headers: twice })).toMatchObject({ status: 400 })
    expect(await send('GET', `/orders?access_token=${token}`, undefined)).toMatchObject({ status: 400 })
  })

  it('fails no order while the keys of the provider are rotated', async () => {
    const statuses: number[] = []
    let isRotating = true
    const buy = async () => {
      while (isRotating) {
        const token = await issuer.token({ claims: claimsOf('owner') })
        statuses.push((await send('POST', '/orders/sync', token, order('owner'))).status)
      }
    }
    const buyers = Promise.all([buy(), buy(), buy()])
    for (let rotation = 0; rotation < 3; rotation += 1) {
      const before = statuses.length
      await issuer.addKey()
      await expect.poll(() => statuses.length, { timeout: 20_000 }).toBeGreaterThan(before + 10)
    }
    isRotating = false
    await buyers

    expect(new Set(statuses)).toEqual(new Set([201]))
  })

  it('serves known keys while the provider is down, and responds 503 for others', async () => {
    await issuer.close()

    const known = await issuer.token({ claims: { ...claimsOf('owner'), jti: 'new' } })
    expect(await send('GET', '/orders', known)).toMatchObject({ status: 200 })
    const unknown = await issuer.token({ claims: claimsOf('owner'), header: { kid: 'unknown' } })
    expect(await send('GET', '/orders', unknown)).toMatchObject({ status: 503, headers: { 'retry-after': ['1'] } })
    expect(await send('GET', '/products', undefined)).toMatchObject({ status: 200 })
    await issuer.open()
  })
})
