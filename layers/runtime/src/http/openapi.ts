import { AuthenticationRequiredError, InsufficientScopeError, InvalidTokenError } from '../identity/identity-errors'
import { configurationUrl } from '../identity/provider-urls'
import { SCOPES } from '../identity/scopes'
import { z } from '../zod'
import { PROBLEMS, type ProblemCode, problemSchema, toProblemResponse } from './problem'
import { PROBES } from './rate-limits'
import type { Route } from './route'
import type { ApiExamples, Named, ProblemExamples, RouteExamples } from './route-examples'

type Json = Record<string, unknown>

export interface ApiInfo {
  readonly title: string
  readonly version: string
  readonly description: string
}

const PROBLEMS_OF_BODIES: readonly ProblemCode[] = ['malformed-json', 'payload-too-large', 'unsupported-media-type']

const PROBLEMS_OF_TOKENS: readonly ProblemCode[] = [
  'authentication-required',
  'invalid-token',
  'insufficient-scope',
  'unavailable',
]

/**
 * Creates the OpenAPI 3.1 document of the routes from the schemas that validate their requests, with examples.
 * @param issuer the OpenID provider of the callers; undefined for an open shop
 */
export function toOpenApi(info: ApiInfo, routes: readonly Route[], examples?: ApiExamples, issuer?: string): Json {
  const components: Json = {}
  const paths: Record<string, Json> = {}
  const isProtected = issuer !== undefined
  for (const route of routes) {
    const operation = toOperation(route, components, examples, isProtected)
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation }
  }
  const security = isProtected && { securitySchemes: toSecuritySchemes(issuer) }
  return { openapi: '3.1.0', info, paths, components: { schemas: components, ...security } }
}

function toSecuritySchemes(issuer: string): Json {
  const scopes = Object.entries(SCOPES).map(([scope, meaning]) => `- \`${scope}\`: ${meaning}`)
  const description = ['An access token of the identity provider. Its scopes:', '', ...scopes].join('\n')
  return {
    bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description },
    openId: { type: 'openIdConnect', openIdConnectUrl: configurationUrl(issuer), description },
  }
}

/** Each member of the list suffices. */
function toSecurity({ access, reveals }: Route): Json[] {
  const scope = access === 'public' ? reveals : access
  const withToken = scope === undefined ? [] : [{ bearer: [scope] }, { openId: [scope] }]
  return access === 'public' && reveals !== undefined ? [{}, ...withToken] : withToken
}

function toOperation(route: Route, components: Json, api: ApiExamples | undefined, isProtected: boolean): Json {
  const examples = api?.routes[route.operationId] ?? {}
  const { operationId, summary, description, tag, params, query, headers, body, mediaTypes = [] } = route
  const parameters = [
    ...toParameters('path', params, components, examples.params),
    ...toParameters('query', query, components, examples.query),
    ...toParameters('header', headers, components, examples.headers),
  ]
  const bodySchema = body && toSchema(body, 'input', components)
  return {
    operationId,
    summary,
    ...(description && { description }),
    tags: [tag],
    ...(isProtected && { security: toSecurity(route) }),
    ...(parameters.length > 0 && { parameters }),
    ...(bodySchema && {
      requestBody: {
        required: !body?.safeParse(undefined).success,
        content: Object.fromEntries(
          ['application/json', ...mediaTypes].map((type) => [
            type,
            { schema: bodySchema, ...toExamples(examples.body) },
          ]),
        ),
      },
    }),
    responses: {
      ...toSuccess(route, components, examples, api?.requestId),
      ...toNotModified(route),
      ...toProblems(route, components, api, isProtected),
    },
  }
}

function toSuccess({ success }: Route, components: Json, examples: RouteExamples, requestId: string | undefined): Json {
  const { status, description, headers, body, mediaType = 'application/json' } = success
  const named = { 'x-request-id': 'The id of the request in all logs', ...headers }
  const values: Record<string, string | undefined> = { 'x-request-id': requestId, ...examples.successHeaders }
  return {
    [status]: {
      description,
      headers: Object.fromEntries(
        Object.entries(named).map(([name, text]) => [
          name,
          { description: text, schema: { type: 'string' }, ...toExample(values[name]) },
        ]),
      ),
      ...(body && {
        content: { [mediaType]: { schema: toSchema(body, 'output', components), ...toExamples(examples.success) } },
      }),
    },
  }
}

/** The stack evaluates If-None-Match for every read of a representation with a tag. */
function toNotModified({ method, success }: Route): Json {
  if (method !== 'GET' || success.headers?.etag === undefined) return {}
  return { 304: { description: 'Not modified: If-None-Match names the ETag' } }
}

/**
 * The codes of the problems that a route can respond with, by status.
 * @param isProtected whether callers need access tokens
 */
export function problemCodesOf(route: Route, isProtected = false): ProblemCode[] {
  const { path, params, query, headers, body, problems, access } = route
  const codes = new Set<ProblemCode>(problems)
  if (!PROBES.includes(path)) codes.add('too-many-requests')
  if (isProtected && access !== 'public') for (const code of PROBLEMS_OF_TOKENS) codes.add(code)
  if (params) codes.add('not-found')
  if (query || headers || body) codes.add('invalid-input')
  if (body) for (const code of PROBLEMS_OF_BODIES) codes.add(code)
  // A route that waits for a server refuses what waits too long.
  if (codes.has('unavailable')) codes.add('overloaded')
  return [...codes].sort((a, b) => PROBLEMS[a].status - PROBLEMS[b].status)
}

function toProblems(route: Route, components: Json, api: ApiExamples | undefined, isProtected: boolean): Json {
  const all = problemCodesOf(route, isProtected)
  const statuses = new Set(all.map((code) => PROBLEMS[code].status))
  const schema = toSchema(problemSchema, 'output', components)
  return Object.fromEntries(
    [...statuses].map((status) => {
      const codes = all.filter((code) => PROBLEMS[code].status === status)
      const description = codes.map((code) => `${PROBLEMS[code].title} (${code})`).join(', or ')
      const examples = api && toProblemExamples(route, codes, api)
      const content = { 'application/problem+json': { schema, ...toExamples(examples) } }
      return [status, { description, ...(status === 401 && { headers: CHALLENGE }), content }]
    }),
  )
}

const CHALLENGE = {
  'www-authenticate': { description: 'The challenge of RFC 6750', schema: { type: 'string' } },
}

function toProblemExamples(route: Route, codes: readonly ProblemCode[], api: ApiExamples): Named<unknown> {
  const errors = { ...tokenErrorsOf(route), ...api.problems, ...api.routes[route.operationId]?.problems }
  const known = codes.filter((code) => errors[code] !== undefined)
  return Object.fromEntries(
    known.map((code) => [code, JSON.parse(toProblemResponse(errors[code], api.requestId).body)]),
  )
}

function tokenErrorsOf({ access }: Route): ProblemExamples {
  if (access === 'public') return {}
  return {
    'authentication-required': new AuthenticationRequiredError(access),
    'invalid-token': new InvalidTokenError('has expired'),
    'insufficient-scope': new InsufficientScopeError(access),
  }
}

function toExamples(examples: Named<unknown> | undefined): Json {
  if (examples === undefined) return {}
  const named = Object.entries(examples).map(([name, value]) => [name, { summary: name, value }])
  return { examples: Object.fromEntries(named) }
}

function toExample(example: string | undefined): Json {
  return example === undefined ? {} : { example }
}

function toParameters(
  place: 'path' | 'query' | 'header',
  schema: z.ZodType | undefined,
  components: Json,
  examples: Readonly<Record<string, string>> = {},
): Json[] {
  if (!schema) return []
  const input = toSchema(schema, 'input', components) as { properties?: Record<string, Json>; required?: string[] }
  const output = toSchema(schema, 'output', components) as { properties?: Record<string, Json> }
  return Object.entries(input.properties ?? {}).map(([name, text]) => {
    const meaning = output.properties?.[name] ?? {}
    // The output schema (a whole number up to 100) says more than the text of the input, but a transform has none.
    const { description, ...property } = 'type' in meaning ? meaning : text
    return {
      name,
      in: place,
      required: input.required?.includes(name) ?? false,
      ...(description !== undefined && { description }),
      schema: property,
      ...toExample(examples[name]),
    }
  })
}

/** Converts a schema. Schemas with an id become components, and others refer to them. */
function toSchema(schema: z.ZodType, io: 'input' | 'output', components: Json): Json {
  const { $schema: _, $defs, ...converted } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json
  Object.assign(components, inComponents($defs ?? {}))
  return inComponents(converted)
}

function inComponents(schema: unknown): Json {
  return JSON.parse(
    JSON.stringify(schema, (key, value) => (key === 'id' && typeof value === 'string' ? undefined : value)).replaceAll(
      '#/$defs/',
      '#/components/schemas/',
    ),
  )
}
