import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SCOPES, toOpenApi } from '@ecommerce/runtime'
import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { API_ROUTES, methodsOf, methodsOfAll } from './api'
import { API_INFO } from './api-info'
import { API_EXAMPLES } from './examples'

const FUNCTIONS = import.meta.dirname
/** The folders of functions; `composition` has none. */
const FOLDERS = readdirSync(FUNCTIONS).filter((name) => existsSync(join(FUNCTIONS, name, 'functions.yml')))

interface Declaration {
  readonly handler: string
  readonly events?: readonly { readonly httpApi?: string }[]
}

interface LambdaFunction {
  readonly folder: string
  readonly key: string
  readonly handler: string
  /** For example `GET /orders/{id}`. */
  readonly httpEvents: readonly string[]
}

/** The functions that the folders declare. */
const declared = FOLDERS.flatMap((folder): LambdaFunction[] => {
  const declarations: Record<string, Declaration> = parse(readText(folder, 'functions.yml'))
  return Object.entries(declarations).map(([key, { handler, events = [] }]) => ({
    folder,
    key,
    handler,
    httpEvents: events.flatMap(({ httpApi }) => httpApi ?? []),
  }))
})

/** The source file of every function: all files of a folder except its contract, its examples and tests. */
const handlerFiles = FOLDERS.flatMap((folder) =>
  readdirSync(join(FUNCTIONS, folder))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !isDescription(file))
    .map((file) => ({ folder, key: file.replace(/\.ts$/, ''), source: readText(folder, file) })),
)

function isDescription(file: string): boolean {
  return file === 'contract.ts' || file === 'examples.ts'
}

function readText(...path: string[]): string {
  return readFileSync(join(FUNCTIONS, ...path), 'utf8')
}

describe('the functions', () => {
  it('are all included by serverless.yml', () => {
    const { functions } = parse(readText('..', 'serverless.yml')) as { functions: string[] }

    expect(functions.sort()).toEqual(FOLDERS.map((folder) => `\${file(functions/${folder}/functions.yml)}`).sort())
  })

  it('have unique names', () => {
    const keys = declared.map(({ key }) => key)

    expect(new Set(keys).size).toBe(keys.length)
  })

  it.each(declared)('$key is declared under the name of its file', ({ folder, key, handler }) => {
    expect(handler).toBe(`dist/functions/${folder}/${key}.handler`)
    expect(existsSync(join(FUNCTIONS, folder, `${key}.ts`))).toBe(true)
  })

  it.each(handlerFiles)('the file $key in $folder is declared and exports its handler', ({ folder, key, source }) => {
    expect(declared).toContainEqual(expect.objectContaining({ folder, key }))
    expect(source).toMatch(/^export const handler = /m)
  })

  it.each(handlerFiles)('the file $key in $folder imports no file of another function', ({ source }) => {
    const relative = [...source.matchAll(/from '(\.[^']*)'/g)].flatMap(([, path]) => path ?? [])
    const names = handlerFiles.map(({ key }) => key)

    expect(relative.filter((path) => names.includes(path.split('/').at(-1) ?? ''))).toEqual([])
  })
})

describe('the routes', () => {
  const routeOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`

  it('are exactly the declared events, except for the default route', () => {
    const events = declared.flatMap(({ httpEvents }) => httpEvents).filter((event) => event !== '*')

    expect(events.sort()).toEqual(API_ROUTES.map(routeOf).sort())
  })

  it.each(declared.filter(({ httpEvents }) => httpEvents.some((event) => event !== '*')))(
    '$key handles the route that it is declared with',
    ({ folder, key, httpEvents }) => {
      const [, operationId] = /\bhttp\((\w+)/.exec(readText(folder, `${key}.ts`)) ?? []
      const route = API_ROUTES.find((one) => one.operationId === operationId)

      expect(route && [routeOf(route)]).toEqual(httpEvents)
    },
  )

  it.each(API_ROUTES.filter(({ method }) => method !== 'GET' && method !== 'ANY'))(
    '$method $path honours an Idempotency-Key, or refuses it and says so',
    (route) => {
      const { headers, problems, method, path } = route
      const parsed = headers?.safeParse({ 'idempotency-key': 'key-1' })
      const parameters = toOpenApi(API_INFO, [route]).paths as Record<string, Record<string, { parameters?: object[] }>>
      const documented = (text: string) =>
        expect.arrayContaining([
          expect.objectContaining({
            in: 'header',
            name: 'idempotency-key',
            description: expect.stringContaining(text),
          }),
        ])

      if (parsed?.success) {
        expect(parsed.data).toMatchObject({ 'idempotency-key': 'key-1' })
        expect(problems).toContain('idempotency-key-reused')
        expect(parameters[path]?.[method.toLowerCase()]?.parameters).toEqual(
          documented('gets the first response again'),
        )
      } else {
        expect(parsed?.error.issues.map(({ path }) => path)).toEqual([['idempotency-key']])
        expect(problems).not.toContain('idempotency-key-reused')
        expect(parameters[path]?.[method.toLowerCase()]?.parameters).toEqual(documented('Not supported'))
      }
    },
  )

  it('know the methods of a path', () => {
    expect(methodsOf('/products').sort()).toEqual(['GET', 'HEAD', 'POST'])
    expect(methodsOf('/products/7').sort()).toEqual(['DELETE', 'GET', 'HEAD', 'PATCH', 'PUT'])
    expect(methodsOf('/products/7/inventory')).toEqual(['GET', 'HEAD'])
    expect(methodsOfAll().sort()).toEqual(['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT'])
    expect(methodsOf('/nothing')).toEqual([])
    expect(methodsOf('/products/7/')).toEqual([])
  })
})

describe('the OpenAPI document', () => {
  const document = toOpenApi(API_INFO, API_ROUTES, API_EXAMPLES)

  it('is valid OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document))

    expect(errors ?? []).toEqual([])
    expect(valid).toBe(true)
  })

  it('says nothing of tokens for an open shop', () => {
    const text = JSON.stringify(document)

    const words = ['"security"', '"securitySchemes"', '"401"', '"403"']

    expect(words.filter((word) => text.includes(word))).toEqual([])
  })

  it('has every route with a unique operation id', () => {
    for (const { path, method, operationId } of API_ROUTES) {
      expect(document).toHaveProperty(['paths', path, method.toLowerCase(), 'operationId'], operationId)
    }
    expect(new Set(API_ROUTES.map(({ operationId }) => operationId)).size).toBe(API_ROUTES.length)
  })

  it('has no broken reference', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)].flatMap(([, to]) => to ?? [])

    expect(references.length).toBeGreaterThan(0)
    for (const reference of references) {
      expect(reference).toMatch(/^#\//)
      expect(document, reference).toHaveProperty(reference.slice(2).split('/'))
    }
  })

  it('names every parameter of a path', () => {
    for (const { path, method } of API_ROUTES) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => expect.objectContaining({ in: 'path', name }))
      if (named.length === 0) continue
      expect(document).toHaveProperty(
        ['paths', path, method.toLowerCase(), 'parameters'],
        expect.arrayContaining(named),
      )
    }
  })
})

describe('the OpenAPI document of a shop with an identity provider', () => {
  const document = toOpenApi(API_INFO, API_ROUTES, API_EXAMPLES, 'https://id.example/')

  it('is valid OpenAPI 3.1', async () => {
    const { errors } = await new Validator().validate(structuredClone(document))

    expect(errors ?? []).toEqual([])
  })

  it('says where the tokens come from, and what each scope permits', () => {
    expect(document).toHaveProperty(
      ['components', 'securitySchemes', 'openId', 'openIdConnectUrl'],
      'https://id.example/.well-known/openid-configuration',
    )
    for (const scope of Object.keys(SCOPES)) {
      expect(document).toHaveProperty(
        ['components', 'securitySchemes', 'bearer', 'description'],
        expect.stringContaining(scope),
      )
    }
  })

  it.each(API_ROUTES)('says who may use $method $path', ({ method, path, access, reveals }) => {
    const operation = ['paths', path, method.toLowerCase()]

    if (access !== 'public') {
      expect(document).toHaveProperty([...operation, 'security'], [{ bearer: [access] }, { openId: [access] }])
      for (const status of ['401', '403', '503']) expect(document).toHaveProperty([...operation, 'responses', status])
    } else {
      const withToken = reveals === undefined ? [] : [{}, { bearer: [reveals] }, { openId: [reveals] }]
      expect(document).toHaveProperty([...operation, 'security'], withToken)
      expect(document).not.toHaveProperty([...operation, 'responses', '401'])
    }
  })
})
