import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LAMP } from '../functions/example-values'
import { mustRun } from '../tools/local/run'
import { ApiContract, type DocumentedRoute } from './api-contract'
import { expectProblem } from './expect-problem'
import { type FreshShop, openFreshShop } from './fresh-shop'
import { bodyOf, type Product, ShopClient } from './shop-client'

let shop: FreshShop
beforeAll(async () => {
  shop = await openFreshShop()
})
afterAll(() => shop.close())

const README = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8')

interface Step {
  readonly commands: string
  readonly output: string
}

/** The steps of the chapter "Try it": the commands, and what they print. */
const steps = [
  ...(/\n## Try it\n(.*?)\n## /s.exec(README)?.[1] ?? '').matchAll(/```sh\n(.*?)```\s+```json\n(.*?)```/gs),
].map(([, commands = '', output = '']): Step => ({ commands, output }))

/** Values that differ from run to run become their kind. */
function withoutChance(json: string): unknown {
  return JSON.parse(json, (key, value: unknown) => {
    if (key.endsWith('_ms')) return typeof value === 'number' ? '(ms)' : value
    if (typeof value !== 'string') return value
    return value
      .replace(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, '(id)')
      .replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, '(time)')
  })
}

describe('the README', () => {
  it('has commands to try, each with its output', () => {
    const shown = /\n## Try it\n(.*?)\n## /s.exec(README)?.[1] ?? ''

    expect(steps.length).toBeGreaterThanOrEqual(5)
    expect(shown.match(/```sh\n/g)).toHaveLength(steps.length)
    expect(steps.map(({ commands }) => commands).join('')).toContain('$ID')
    expect(shown).not.toMatch(/orders\/[0-9a-f]{8}-/)
  })

  it('shows what its commands print when they run in its order on a new shop', async () => {
    const script = steps.map(({ commands }) => commands).join(`printf '\\n===\\n'\n`)
    const { host } = new URL(shop.server.url)

    const { stdout } = await mustRun('bash', ['-euo', 'pipefail', '-c', script.replaceAll('localhost:3000', host)], {
      timeoutMs: 50_000,
    })

    const outputs = stdout.split('\n===\n')
    expect(outputs).toHaveLength(steps.length)
    for (const [at, { commands, output }] of steps.entries()) {
      expect(withoutChance(outputs[at] ?? ''), commands).toEqual(withoutChance(output))
    }
  })
})

describe('the documentation, tried out with what it has filled in', () => {
  let client: ShopClient
  let contract: ApiContract
  beforeAll(async () => {
    contract = await ApiContract.of(shop.server.url)
    client = new ShopClient(shop.server.url, contract)
  })
  afterAll(() => client.close())

  interface FilledIn {
    readonly parameters?: readonly { name: string; in: string; example?: string }[]
    readonly requestBody?: { content: Record<string, { examples: Record<string, { value: unknown }> }> }
  }

  function tryOut({ method, path, operation }: DocumentedRoute) {
    const { parameters = [], requestBody } = operation as FilledIn // the part of an operation that a form shows
    const given = parameters.filter(({ example }) => example !== undefined)
    const inPath = path.replace(/\{(\w+)\}/g, (_, name) => given.find((one) => one.name === name)?.example ?? '')
    const query = given
      .filter((one) => one.in === 'query')
      .map(({ name, example = '' }): [string, string] => [name, example])
    const [body] = Object.values(requestBody?.content['application/json']?.examples ?? {})
    const search = query.length > 0 ? `?${new URLSearchParams(query)}` : ''
    return client.send(method as 'GET', `${inPath}${search}`, { json: body?.value })
  }

  it('reads, creates and orders, and finds nothing to change or delete', async () => {
    const outcomes: Record<string, number> = {}
    for (const route of contract.routes) {
      outcomes[`${route.method} ${route.path}`] = (await tryOut(route)).status
    }

    expect(outcomes).toMatchObject({
      'POST /products': 201,
      'GET /products': 200,
      'GET /products/{id}': 200,
      'GET /products/{id}/inventory': 200,
      'POST /orders/sync': 201,
      'POST /orders/async/kafka': 202,
      'POST /orders/async/rabbitmq': 202,
      'GET /orders': 200,
      'GET /orders/{id}': 404,
      'GET /orders/{id}/timeline': 404,
      'GET /dead-letters': 200,
      'GET /dead-letters/{id}': 404,
      'GET /problems/{code}': 200,
      'GET /messages/{name}': 200,
    })
    const changes = contract.routes.filter(({ method, path }) => method !== 'GET' && path.includes('{'))
    expect(changes.length).toBeGreaterThan(5)
    for (const { method, path } of changes) expect(outcomes[`${method} ${path}`], path).toBe(404)
  })

  it('leaves the demo catalogue as it was, except for the units that were ordered', async () => {
    const lamp = bodyOf<Product>(await client.get(`/products/${LAMP.id}`), 200)
    const { name, description, category, price } = LAMP

    expect(lamp).toMatchObject({ name, description, category, price })
    expect(lamp.stock).toBeGreaterThan(LAMP.stock - 10)
  })

  it('responds to the id of another order with a problem', async () => {
    const [route] = contract.routes.filter(({ path }) => path === '/orders/{id}/cancel')

    expect(route && expectProblem(await tryOut(route), 'not-found')).toMatchObject({ status: 404 })
  })
})
