import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { HttpResponse } from './http-response'

interface Operation {
  readonly operationId: string
  readonly parameters?: readonly { name: string; in: string; schema: object }[]
  readonly requestBody?: unknown
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { schema: unknown }>> }>>
}

export interface OpenApiDocument {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> }
}

export interface DocumentedRoute {
  readonly method: string
  /** With parameter names, for example `/orders/{id}`. */
  readonly path: string
  readonly operation: Operation
}

/** Checks real responses against the OpenAPI document of the API. */
export class ApiContract {
  readonly routes: readonly DocumentedRoute[]
  readonly #validators = new Map<string, ValidateFunction>()
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false, multipleOfPrecision: 6 })

  constructor(readonly document: OpenApiDocument) {
    this.routes = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
    )
  }

  static async of(url: string): Promise<ApiContract> {
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as Partial<OpenApiDocument>
    const { openapi, paths, components } = document
    if (!openapi || !paths || !components)
      throw new Error(`${url}/openapi.json responded with ${JSON.stringify(document)}`)
    return new ApiContract({ openapi, paths, components })
  }

  /** A path without a route passes: it is not part of the document. @throws if the response differs from its documentation */
  assertDocumented(method: string, path: string, { status, headers, body }: HttpResponse): void {
    const route = this.#routeOf(method, path)
    if (!route) return
    const name = `${method} ${route.path} ${status}`
    const response = route.operation.responses[status]
    if (!response) {
      // Responses that all routes share, and refusals of the gateway, are not documented per route.
      if (status < 400) throw new Error(`${name} is not documented`)
      return
    }
    const mediaType = Object.keys(response.content ?? {}).find((type) => isSameMediaType(type, headers['content-type']))
    if (mediaType === undefined) {
      if (body !== undefined && status < 400)
        throw new Error(`${name} with ${headers['content-type']} is not documented`)
      return
    }
    const validate = this.#validator(route, status, mediaType)
    if (!validate(body))
      throw new Error(`${name} differs from its documentation: ${this.#ajv.errorsText(validate.errors)}`)
  }

  #routeOf(method: string, path: string): DocumentedRoute | undefined {
    const given = (path.split('?')[0] ?? '').split('/')
    return this.routes.find((route) => {
      const expected = route.path.split('/')
      const matches = expected.every((part, at) => part === given[at] || (part.startsWith('{') && given[at] !== ''))
      return route.method === method && expected.length === given.length && matches
    })
  }

  #validator({ operation }: DocumentedRoute, status: number, mediaType: string): ValidateFunction {
    const name = `${operation.operationId} ${status} ${mediaType}`
    const compiled =
      this.#validators.get(name) ?? this.compile(operation.responses[status]?.content?.[mediaType]?.schema)
    this.#validators.set(name, compiled)
    return compiled
  }

  /** Compiles a schema of the document by itself: the referenced components become its definitions. */
  compile(schema: unknown): ValidateFunction {
    const standalone = { allOf: [schema], $defs: this.document.components.schemas }
    return this.#ajv.compile(JSON.parse(JSON.stringify(standalone).replaceAll('#/components/schemas/', '#/$defs/')))
  }
}

function isSameMediaType(documented: string, given: string | undefined): boolean {
  return documented.split(';')[0] === given?.split(';')[0]
}
