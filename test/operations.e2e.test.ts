import { holdingProduct } from '@ecommerce/testing/mysql'
import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectAnyProblem, expectProblem } from './expect-problem'
import type { HttpResponse } from './http-response'
import { bodyOf, uniqueWord } from './shop-client'
import { actualHome } from './start-shop'
import { closeShop, openShop, type Shop, useShop } from './use-shop'

const ORDER_ID_SECRET = 'a-secret-that-no-log-may-hold'

interface About {
  readonly dependencies: readonly { name: string; status: string; version?: string; reason?: string }[]
  readonly durability: readonly { channel: string; name: string; value: string }[]
}

const shop = useShop({ LOG_LEVEL: 'info', ORDER_ID_SECRET })

describe('/health', () => {
  it('reports that the process is alive', async () => {
    expect(await shop.client.get('/health')).toMatchObject({ status: 200, body: { status: 'alive' } })
  })
})

describe('/ready', () => {
  it('names every dependency with its latency', async () => {
    const up = (required: boolean) => ({ status: 'up', required, latency_ms: expect.any(Number) })

    expect(await shop.client.get('/ready')).toMatchObject({
      status: 200,
      body: { status: 'ready', dependencies: { mysql: up(true), kafka: up(false), rabbitmq: up(false) } },
    })
  })
})

describe('/about', () => {
  it('reports the version, the environment and the durability settings of every channel', async () => {
    const about = bodyOf<About>(await shop.client.get('/about'), 200)

    expect(about).toMatchObject({
      version: '0.1.0',
      home: actualHome('offline') === 'host' ? 'function-host' : 'serverless-offline',
      access: 'open',
      node: process.version,
      cpus: expect.any(Number),
      dependencies: [
        { name: 'mysql', status: 'up', version: expect.stringMatching(/^\d+\./) },
        { name: 'kafka', status: 'up' },
        { name: 'rabbitmq', status: 'up', version: expect.stringMatching(/^\d+\./) },
      ],
    })
    const settingsOf = (channel: string) =>
      about.durability.filter((setting) => setting.channel === channel).map(({ name }) => name)
    expect(settingsOf('all')).toEqual(['innodb_flush_log_at_trx_commit', 'sync_binlog', 'log_bin'])
    expect(settingsOf('kafka')).toEqual(['acks', 'enable.idempotence', 'replication.factor', 'min.insync.replicas'])
    expect(settingsOf('rabbitmq')).toEqual(['delivery-mode', 'publisher-confirms', 'queue.type', 'queue.durable'])
  })
})

describe('a shop without its brokers', () => {
  let withoutBrokers: Shop

  beforeAll(async () => {
    // Nothing listens on port 1.
    withoutBrokers = await openShop(
      { KAFKA_BROKERS: '127.0.0.1:1', RABBITMQ_URL: 'amqp://guest:guest@127.0.0.1:1/' },
      'host',
    )
  })
  afterAll(() => closeShop(withoutBrokers))

  it('reports that they are down, and reports no durability settings for them', async () => {
    const about = bodyOf<About>(await withoutBrokers.client.get('/about'), 200)

    const down = { status: 'down', reason: expect.stringContaining('ECONNREFUSED') }
    expect(about.dependencies).toMatchObject([
      { name: 'mysql', status: 'up' },
      { name: 'kafka', ...down },
      { name: 'rabbitmq', ...down },
    ])
    expect(new Set(about.durability.map(({ channel }) => channel))).toEqual(new Set(['all']))
  })

  it('is degraded, reports the reasons, and continues to sell', async () => {
    const down = { status: 'down', required: false, reason: expect.stringContaining('ECONNREFUSED') }

    expect(await withoutBrokers.client.get('/ready')).toMatchObject({
      status: 200,
      body: { status: 'degraded', dependencies: { mysql: { status: 'up' }, kafka: down, rabbitmq: down } },
    })
    const { id } = await withoutBrokers.client.createProduct({ stock: 1 })
    await withoutBrokers.client.placeOrder([{ product_id: id, quantity: 1 }])
  })
})

describe('/openapi.json', () => {
  it('is a valid OpenAPI 3.1 document', async () => {
    const { body } = await shop.client.get('/openapi.json')

    const validator = new Validator()
    expect(await validator.validate(body as Record<string, unknown>)).toEqual({ valid: true })
    expect(validator.version).toBe('3.1')
  })

  it('has no dangling reference, no unused schema and no schema that refers only to itself', () => {
    const { document } = shop.contract
    const references = JSON.stringify(document).match(/(?<="\$ref":")[^"]+/g) ?? []
    const names = Object.keys(document.components.schemas)

    expect(new Set(references)).toEqual(new Set(names.map((name) => `#/components/schemas/${name}`)))
    for (const name of names) {
      const schema = { $ref: `#/components/schemas/${name}` }
      expect(document.components.schemas[name]).not.toEqual(schema)
      expect(() => shop.contract.compile(schema)).not.toThrow()
    }
  })

  it('names the operation, the parameters and the responses of every route', () => {
    const { routes } = shop.contract

    expect(new Set(routes.map(({ operation }) => operation.operationId)).size).toBe(routes.length)
    for (const { method, path, operation } of routes) {
      const parameters = operation.parameters?.filter((parameter) => parameter.in === 'path') ?? []
      expect(parameters.map(({ name }) => `{${name}}`)).toEqual(path.match(/{\w+}/g) ?? [])
      for (const { schema } of operation.parameters ?? []) expect(schema).toHaveProperty('type')
      const statuses = Object.keys(operation.responses)
      expect(
        statuses.filter((status) => status < '300'),
        `${method} ${path}`,
      ).toHaveLength(1)
    }
  })

  it('lists only existing routes', async () => {
    for (const { method, path } of shop.contract.routes) {
      const response = await shop.client.send(method as 'GET', path.replace(/{\w+}/, 'none'))
      expect(response.body, `${method} ${path}`).not.toMatchObject({ type: '/problems/route-not-found' })
      expect(response.body, `${method} ${path}`).not.toMatchObject({ type: '/problems/method-not-allowed' })
    }
  })

  it('describes every problem type of its operations', async () => {
    const described = JSON.stringify(shop.contract.document).match(/(?<=\()[a-z-]+(?=\))/g) ?? []

    expect(described).not.toHaveLength(0)
    for (const code of new Set(described)) {
      expect(await shop.client.get(`/problems/${code}`)).toMatchObject({
        status: 200,
        body: { type: `/problems/${code}`, title: expect.any(String), status: expect.any(Number) },
      })
    }
  })
})

describe('a request without a route', () => {
  it.each([
    ['POST', '/none'],
    ['GET', '/nothing'],
    ['POST', '/orders/sync/'.concat('more')],
    ['GET', '/products/1/2/3/4'],
    ['GET', '/products//inventory'],
    ['GET', '/2015-03-31'],
    ['GET', '/favicon.ico'],
  ] as const)('%s %s is a 404 problem that names the path', async (method, path) => {
    const problem = expectProblem(await shop.client.send(method, path), 'route-not-found')

    expect(problem.detail).toContain(path)
  })

  it.each([
    ['DELETE', '/products', 'POST, GET, HEAD'],
    ['POST', '/products/1', 'GET, HEAD, PUT, PATCH, DELETE'],
    ['PUT', '/health', 'GET, HEAD'],
    ['GET', '/orders/1/cancel', 'POST'],
    ['DELETE', '/orders/1', 'GET, HEAD'],
    ['OPTIONS', '/orders', 'GET, HEAD'],
  ] as const)('%s %s is a 405 problem that names the allowed methods', async (method, path, allowed) => {
    const response = await shop.client.send(method, path)

    expectProblem(response, 'method-not-allowed')
    expect(new Set(response.headers.allow?.split(', '))).toEqual(new Set(allowed.split(', ')))
  })
})

describe('the request id', () => {
  it('of the caller is returned with successes and problems', async () => {
    for (const path of ['/health', '/products/0', '/nothing']) {
      const id = `trace.${uniqueWord()}:1-2`
      const response = await shop.client.get(path, { 'x-request-id': id })

      expect(response.headers['x-request-id']).toBe(id)
      if (response.status >= 400) expect(expectAnyProblem(response).request_id).toBe(id)
    }
  })

  it.each(['', 'a b', 'x'.repeat(129), '<script>', 'é'])('is generated when the caller sent %j', async (id) => {
    const { headers } = await shop.client.get('/health', { 'x-request-id': id })

    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('is unique for every request', async () => {
    const responses = await Promise.all(Array.from({ length: 20 }, () => shop.client.get('/health')))

    expect(new Set(responses.map(({ headers }) => headers['x-request-id'])).size).toBe(20)
  })
})

describe('the log', () => {
  const lines = () =>
    shop.server.log
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)

  const lineOf = async ({ headers }: HttpResponse) =>
    expect.poll(() => lines().find((line) => line.request_id === headers['x-request-id']), { timeout: 5_000 })

  it('contains one JSON line per request, with its id, route, status and duration', async () => {
    const response = await shop.client.get('/products/0?limit=1')

    await (await lineOf(response)).toEqual({
      level: 'info',
      time: expect.stringMatching(/Z$/),
      request_id: response.headers['x-request-id'],
      method: 'GET',
      route: '/products/{id}',
      status: 404,
      duration_ms: expect.any(Number),
      msg: 'request',
    })
    expect(lines().filter(({ request_id }) => request_id === response.headers['x-request-id'])).toHaveLength(1)
  })

  it('contains no input of users, no user id and no secret', async () => {
    const userId = `user-${uniqueWord()}`
    const text = `text-${uniqueWord()}`
    const product = await shop.client.createProduct({ name: text, description: text, category: text, stock: 1 })
    const order = { user_id: userId, product_id: product.id, quantity: 1 }
    await shop.client.post('/orders/sync', order, { 'idempotency-key': text, authorization: text, cookie: `a=${text}` })
    await shop.client.post('/orders/sync', order)
    await shop.client.post('/orders/sync', { ...order, [text]: 1 })
    await shop.client.send('POST', '/orders/sync', {
      raw: `{"user_id":"${userId}", ${text}`,
      headers: { 'content-type': 'application/json' },
    })
    await shop.client.get(`/orders?user_id=${userId}`)
    await shop.client.get(`/products?search=${text}&unknown=${text}`)
    const last = await shop.client.get(`/orders/${text.slice(0, 64)}`)
    await (await lineOf(last)).toBeDefined()

    for (const secret of [userId, text, ORDER_ID_SECRET]) expect(shop.server.log).not.toContain(secret)
  })

  it('contains no line for a successful probe', async () => {
    const probe = await shop.client.get('/health')
    const after = await shop.client.get('/products/0')
    await (await lineOf(after)).toBeDefined()

    const { 'x-request-id': id } = probe.headers
    expect(lines().filter(({ request_id }) => request_id === id)).toEqual([])
  })

  it('is JSON for every request', () => {
    const requests = lines().filter(({ msg }) => msg === 'request')

    expect(requests.length).toBeGreaterThan(30)
    for (const line of requests) expect(line).toMatchObject({ request_id: expect.any(String), level: 'info' })
    expect(lines().filter(({ level }) => level === 'error')).toEqual([])
  })
})

describe('a stop', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'by %s ends the process with code 0, even with an open connection',
    async (signal) => {
      const other = await openShop()
      await other.client.get('/products')

      const ending = await other.server.stop(signal)

      expect(ending).toEqual({ code: 0, signal: null })
      await expect(other.client.get('/health')).rejects.toThrow()
      await Promise.all([other.client.close(), other.database.close()])
    },
  )

  it('responds to an order in placement before the process ends', async () => {
    const other = await openShop()
    const { id } = await other.client.createProduct({ stock: 1 })
    const order = { user_id: 'last', product_id: id, quantity: 1 }

    // A lock on the product blocks the order until the server accepts no more requests.
    const { placing, ending } = await holdingProduct(other.database, id, async () => {
      const placing = other.client.post('/orders/sync', order)
      // InnoDB refreshes this table only if it was not read for a tenth of a second.
      await expect.poll(() => blockedTransactions(shop.database), { timeout: 2_500, interval: 150 }).toBe(1)
      const ending = other.server.stop()
      await expect.poll(() => isRefused(other.server.url), { timeout: 5_000 }).toBe(true)
      return { placing, ending }
    })

    expect((await placing).status).toBe(201)
    expect(await ending).toEqual({ code: 0, signal: null })
    await Promise.all([other.client.close(), other.database.close()])
  })
})

async function blockedTransactions(database: Shop['database']): Promise<number | undefined> {
  const [row] = await database.read((session) =>
    session.rows<{ waiting: number }>(
      "SELECT COUNT(*) AS waiting FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'",
    ),
  )
  return row?.waiting
}

async function isRefused(url: string): Promise<boolean> {
  try {
    await fetch(`${url}/health`, { headers: { connection: 'close' }, signal: AbortSignal.timeout(1_000) })
    return false
  } catch {
    return true
  }
}
