import { z } from '../zod'
import { PROBLEMS, type ProblemCode, problemSchema, toProblemResponse } from './problem'
import { PROBES } from './rate-limits'
import type { Route } from './route'
import type { ApiExamples, Named, RouteExamples } from './route-examples'

type Json = Record<string, unknown>

export interface ApiInfo {
  readonly title: string
  readonly version: string
  readonly description: string
}

const PROBLEMS_OF_BODIES: readonly ProblemCode[] = ['malformed-json', 'payload-too-large', 'unsupported-media-type']

/** Creates the OpenAPI 3.1 document of the routes from the schemas that validate their requests, with examples. */
export function toOpenApi(info: ApiInfo, routes: readonly Route[], examples?: ApiExamples): Json {
  const components: Json = {}
  const paths: Record<string, Json> = {}
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: toOperation(route, components, examples) }
  }
  return { openapi: '3.1.0', info, paths, components: { schemas: components } }
}

function toOperation(route: Route, components: Json, api: ApiExamples | undefined): Json {
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
      ...toProblems(route, components, api),
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

/** The codes of the problems that a route can respond with, by status. */
export function problemCodesOf({ path, params, query, headers, body, problems }: Route): ProblemCode[] {
  const codes = new Set<ProblemCode>(problems)
  if (!PROBES.includes(path)) codes.add('too-many-requests')
  if (params) codes.add('not-found')
  if (query || headers || body) codes.add('invalid-input')
  if (body) for (const code of PROBLEMS_OF_BODIES) codes.add(code)
  // A route that waits for a server refuses what waits too long.
  if (codes.has('unavailable')) codes.add('overloaded')
  return [...codes].sort((a, b) => PROBLEMS[a].status - PROBLEMS[b].status)
}

function toProblems(route: Route, components: Json, api: ApiExamples | undefined): Json {
  const all = problemCodesOf(route)
  const statuses = new Set(all.map((code) => PROBLEMS[code].status))
  const schema = toSchema(problemSchema, 'output', components)
  return Object.fromEntries(
    [...statuses].map((status) => {
      const codes = all.filter((code) => PROBLEMS[code].status === status)
      const description = codes.map((code) => `${PROBLEMS[code].title} (${code})`).join(', or ')
      const examples = api && toProblemExamples(route, codes, api)
      return [status, { description, content: { 'application/problem+json': { schema, ...toExamples(examples) } } }]
    }),
  )
}

function toProblemExamples({ operationId }: Route, codes: readonly ProblemCode[], api: ApiExamples): Named<unknown> {
  const errors = { ...api.problems, ...api.routes[operationId]?.problems }
  const known = codes.filter((code) => errors[code] !== undefined)
  return Object.fromEntries(
    known.map((code) => [code, JSON.parse(toProblemResponse(errors[code], api.requestId).body)]),
  )
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
