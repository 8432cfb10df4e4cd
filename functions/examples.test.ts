import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { OrderIds } from '@ecommerce/domain'
import { PROBLEMS, type ProblemCode, problemCodesOf, type Route, toOpenApi } from '@ecommerce/runtime'
import { parseConfig } from '@ecommerce/runtime/config'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { API_ROUTES } from './api'
import { API_INFO } from './api-info'
import { NO_ORDER, NO_OTHER_ORDER } from './example-values'
import { API_EXAMPLES } from './examples'
import { createProduct } from './products/contract'

interface Content {
  readonly schema: object
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>
}
interface Response {
  readonly headers?: Readonly<Record<string, { readonly example?: string }>>
  readonly content?: Readonly<Record<string, Content>>
}
interface Operation {
  readonly parameters?: readonly { name: string; in: string; schema: object; example?: string }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> }
  readonly responses: Readonly<Record<string, Response>>
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: object }
}

// The document is plain JSON. This is the part of it that the tests read.
const toDocument = (examples = API_EXAMPLES) => toOpenApi(API_INFO, API_ROUTES, examples) as unknown as Document

const document = toDocument()
const ajv = new Ajv2020({ strict: false, validateFormats: false, multipleOfPrecision: 6 })

function operationOf({ path, method }: Route, { paths } = document): Operation {
  const operation = paths[path]?.[method.toLowerCase()]
  if (!operation) throw new Error(`${method} ${path} is not documented`)
  return operation
}

/** The bodies of an operation: of its request, and of every response that has one. */
function contentsOf({ requestBody, responses }: Operation): { name: string; content: Content }[] {
  const bodies = [
    ['request', requestBody?.content] as const,
    ...Object.entries(responses).map(([status, { content }]) => [status, content] as const),
  ]
  return bodies.flatMap(([name, content = {}]) =>
    Object.entries(content).map(([type, one]) => ({ name: `${name} ${type}`, content: one })),
  )
}

const validators = new Map<string, ValidateFunction>()

function errorsOf(schema: object, value: unknown): string | undefined {
  const { schemas } = document.components
  const standalone = JSON.stringify({ allOf: [schema], $defs: schemas }).replaceAll('#/components/schemas/', '#/$defs/')
  const validate = validators.get(standalone) ?? ajv.compile(JSON.parse(standalone))
  validators.set(standalone, validate)
  return validate(value) ? undefined : ajv.errorsText(validate.errors)
}

/** What is wrong with the examples of a route. */
function faultsOf(route: Route, examined = document): string[] {
  const operation = operationOf(route, examined)
  const missing = contentsOf(operation).flatMap(({ name, content }) =>
    Object.keys(content.examples ?? {}).length > 0 ? [] : [`${name}: no example`],
  )
  const invalid = contentsOf(operation).flatMap(({ name, content }) =>
    Object.entries(content.examples ?? {}).flatMap(([example, { value }]) => {
      const errors = errorsOf(content.schema, JSON.parse(JSON.stringify(value)))
      return errors === undefined ? [] : [`${name} ${example}: ${errors}`]
    }),
  )
  return [...missing, ...invalid]
}

const routes = API_ROUTES.map((route) => ({ name: `${route.method} ${route.path}`, route }))

describe('the examples of the contract', () => {
  it.each(routes)('cover $name and match its schemas', ({ route }) => {
    expect(faultsOf(route)).toEqual([])
  })

  it.each(routes)('of $name have one of each problem, with the right status', ({ route }) => {
    const { responses } = operationOf(route)
    const shown = Object.entries(responses).flatMap(([status, { content }]) =>
      Object.entries(content?.['application/problem+json']?.examples ?? {}).map(([code, { value }]) => ({
        code,
        status: Number(status),
        value,
      })),
    )

    expect(shown.map(({ code }) => code)).toEqual(problemCodesOf(route))
    for (const { code, status, value } of shown) {
      expect(value).toMatchObject({ type: `/problems/${code}`, status })
      expect(status).toBe(PROBLEMS[code as ProblemCode].status)
    }
  })

  it.each(routes)('of $name have valid parameters and bodies, as the shop parses them', ({ route }) => {
    const { params, query = {}, headers = {}, body = {} } = API_EXAMPLES.routes[route.operationId] ?? {}

    if (route.params) expect(route.params.safeParse(params).error).toBeUndefined()
    if (route.query) expect(route.query.safeParse(query).error).toBeUndefined()
    if (route.headers) expect(route.headers.safeParse(headers).error).toBeUndefined()
    for (const one of Object.values(body)) expect(route.body?.safeParse(one).error).toBeUndefined()
  })

  it.each(routes)('of $name have each header of a success', ({ route }) => {
    const { headers = {} } = operationOf(route).responses[route.success.status] ?? {}

    for (const [name, { example }] of Object.entries(headers)) expect(example, name).toEqual(expect.any(String))
  })

  it('are missed where a route has none, and rejected where they do not match', () => {
    const { createProduct: examples, ...others } = API_EXAMPLES.routes
    const wrong = { ...examples, body: { Wrong: { name: 7 } } }

    expect(faultsOf(createProduct, toDocument({ ...API_EXAMPLES, routes: others }))).toContain(
      'request application/json: no example',
    )
    expect(faultsOf(createProduct, toDocument({ ...API_EXAMPLES, problems: {} }))).toContain(
      '503 application/problem+json: no example',
    )
    expect(
      faultsOf(createProduct, toDocument({ ...API_EXAMPLES, routes: { ...others, createProduct: wrong } })),
    ).toEqual([expect.stringContaining('request application/json Wrong: ')])
  })
})

describe('what the documentation fills in', () => {
  const filledIn = ({ operationId }: Route) => JSON.stringify(API_EXAMPLES.routes[operationId]?.params ?? {})

  it.each(routes.filter(({ route }) => route.params && route.method !== 'GET'))(
    'names nothing that exists where $name changes it',
    ({ route }) => {
      const { id = '' } = API_EXAMPLES.routes[route.operationId]?.params ?? {}

      expect(Number(id) > 1e12 || /^0*[0-9a-f-]{32,}$/.test(id), filledIn(route)).toBe(true)
    },
  )

  it.each(routes)('passes the checks of the form for $name', ({ route }) => {
    for (const { name, schema, example } of operationOf(route).parameters ?? []) {
      const { pattern = '', enum: values } = schema as { pattern?: string; enum?: string[] } // a JSON Schema
      if (example === undefined) continue
      // Swagger UI builds the expression without the flag `u`.
      expect(new RegExp(pattern).test(example), `${name} ${pattern}`).toBe(true)
      if (values) expect(values).toContain(example)
    }
  })

  it('names orders that no shop with the published secret has created', () => {
    const secret = parseConfig({}).ORDER_ID_SECRET
    const orderIds = new OrderIds({ secret, clock: () => new Date(0), randomUuid: () => NO_ORDER })

    expect(orderIds.isGenuine(NO_ORDER)).toBe(false)
    expect(orderIds.isGenuine(NO_OTHER_ORDER)).toBe(false)
  })
})

it('loads the examples only where the OpenAPI document is built', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  const importing = files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .filter((file) =>
      /from '[./]+\/(problem-)?examples?(-values)?'/.test(readFileSync(join(import.meta.dirname, file), 'utf8')),
    )
    .filter((file) => !/(^|\/)(problem-)?examples\.ts$/.test(file))

  expect(importing).toEqual(['operations/get-open-api.ts'])
})
