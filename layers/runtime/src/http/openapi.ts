import { z } from '../zod'
import { PROBLEMS, type ProblemCode, problemSchema } from './problem'
import type { Route } from './route'

type Json = Record<string, unknown>

export interface ApiInfo {
  readonly title: string
  readonly version: string
  readonly description: string
}

const PROBLEMS_OF_BODIES: readonly ProblemCode[] = ['malformed-json', 'payload-too-large', 'unsupported-media-type']

/** Creates the OpenAPI 3.1 document of the routes from the schemas that validate their requests. */
export function toOpenApi(info: ApiInfo, routes: readonly Route[]): Json {
  const components: Json = {}
  const paths: Record<string, Json> = {}
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: toOperation(route, components) }
  }
  return { openapi: '3.1.0', info, paths, components: { schemas: components } }
}

function toOperation(route: Route, components: Json): Json {
  const { operationId, summary, description, tag, params, query, headers, body, mediaTypes = [] } = route
  const parameters = [
    ...toParameters('path', params, components),
    ...toParameters('query', query, components),
    ...toParameters('header', headers, components),
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
        content: Object.fromEntries(['application/json', ...mediaTypes].map((type) => [type, { schema: bodySchema }])),
      },
    }),
    responses: { ...toSuccess(route, components), ...toProblems(route, components) },
  }
}

function toSuccess({ success }: Route, components: Json): Json {
  const { status, description, headers, body, mediaType = 'application/json' } = success
  const named = { 'x-request-id': 'The id of the request in all logs', ...headers }
  return {
    [status]: {
      description,
      headers: Object.fromEntries(
        Object.entries(named).map(([name, text]) => [name, { description: text, schema: { type: 'string' } }]),
      ),
      ...(body && { content: { [mediaType]: { schema: toSchema(body, 'output', components) } } }),
    },
  }
}

function toProblems(route: Route, components: Json): Json {
  const { params, query, headers, body, problems } = route
  const codes = new Set<ProblemCode>(problems)
  if (params) codes.add('not-found')
  if (query || headers || body) codes.add('invalid-input')
  if (body) for (const code of PROBLEMS_OF_BODIES) codes.add(code)

  const responses: Record<string, Json> = {}
  const schema = toSchema(problemSchema, 'output', components)
  for (const code of [...codes].sort((a, b) => PROBLEMS[a].status - PROBLEMS[b].status)) {
    const { status, title } = PROBLEMS[code]
    const earlier = responses[status]?.description
    responses[status] = {
      description: earlier ? `${earlier}, or ${title} (${code})` : `${title} (${code})`,
      content: { 'application/problem+json': { schema } },
    }
  }
  return responses
}

function toParameters(place: 'path' | 'query' | 'header', schema: z.ZodType | undefined, components: Json): Json[] {
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
