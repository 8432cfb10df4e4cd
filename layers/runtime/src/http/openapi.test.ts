import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { toOpenApi } from './openapi'
import { defineRoute } from './route'

const thing = z.object({ id: z.int(), name: z.string(), at: z.iso.datetime() }).meta({ id: 'Thing' })

const createThing = defineRoute({
  operationId: 'createThing',
  method: 'POST',
  path: '/things',
  summary: 'Create a thing',
  description: 'At once.',
  tag: 'things',
  access: 'public',
  headers: z.object({ 'idempotency-key': z.string().optional().meta({ description: 'Once only' }) }),
  body: z.strictObject({ name: z.string(), colour: z.string().default('red') }),
  mediaTypes: ['application/merge-patch+json'],
  success: { status: 201, description: 'Created', headers: { location: 'Where it is' }, body: thing },
  problems: ['unavailable', 'overloaded'],
})

const getThing = defineRoute({
  operationId: 'getThing',
  method: 'GET',
  path: '/things/{id}',
  summary: 'Get a thing',
  tag: 'things',
  access: 'public',
  params: z.object({ id: z.string().transform(Number).pipe(z.int().min(1)) }),
  query: z.strictObject({ verbose: z.enum(['yes', 'no']).optional(), limit: z.string().default('20') }),
  success: { status: 200, description: 'The thing', headers: { etag: 'Its tag' }, body: thing },
  problems: [],
})

const deleteThing = defineRoute({
  operationId: 'deleteThing',
  method: 'DELETE',
  path: '/things/{id}',
  summary: 'Delete a thing',
  tag: 'things',
  access: 'public',
  body: z.strictObject({ note: z.string().optional() }).default({}),
  success: { status: 204, description: 'Deleted' },
  problems: [],
})

const document = toOpenApi({ title: 'Things', version: '1', description: 'All' }, [createThing, getThing, deleteThing])

describe('the OpenAPI document', () => {
  it('has the title and version of the API', () => {
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Things', version: '1', description: 'All' } })
  })

  it('has an operation for every route, also for several with one path', () => {
    expect(document).toHaveProperty(['paths', '/things', 'post', 'operationId'], 'createThing')
    expect(document).toHaveProperty(['paths', '/things/{id}', 'get', 'operationId'], 'getThing')
    expect(document).toHaveProperty(['paths', '/things/{id}', 'delete', 'operationId'], 'deleteThing')
  })

  it('describes where parameters are and which are required', () => {
    expect(document).toHaveProperty(
      ['paths', '/things/{id}', 'get', 'parameters'],
      [
        expect.objectContaining({ name: 'id', in: 'path', required: true }),
        expect.objectContaining({ name: 'verbose', in: 'query', required: false }),
        expect.objectContaining({ name: 'limit', in: 'query', required: false }),
      ],
    )
    expect(document).toHaveProperty(
      ['paths', '/things', 'post', 'parameters'],
      [
        {
          name: 'idempotency-key',
          in: 'header',
          required: false,
          description: 'Once only',
          schema: { type: 'string' },
        },
      ],
    )
  })

  it('describes the body as it is sent: what has a default may be left out', () => {
    expect(document).toHaveProperty(['paths', '/things', 'post', 'requestBody', 'required'], true)
    expect(document).toHaveProperty(
      ['paths', '/things', 'post', 'requestBody', 'content', 'application/json', 'schema', 'required'],
      ['name'],
    )
    expect(document).toHaveProperty([
      'paths',
      '/things',
      'post',
      'requestBody',
      'content',
      'application/merge-patch+json',
    ])
  })

  it('requires no body where it is optional', () => {
    expect(document).toHaveProperty(['paths', '/things/{id}', 'delete', 'requestBody', 'required'], false)
  })

  it('keeps a named schema once, among the components', () => {
    const schema = { $ref: '#/components/schemas/Thing' }

    expect(document).toHaveProperty(['paths', '/things', 'post', 'responses', '201', 'content'], {
      'application/json': { schema },
    })
    expect(document).toHaveProperty(['paths', '/things/{id}', 'get', 'responses', '200', 'content'], {
      'application/json': { schema },
    })
    expect(document).toHaveProperty(['components', 'schemas', 'Thing', 'properties', 'name'], { type: 'string' })
  })

  it('names the headers of a success', () => {
    expect(document).toHaveProperty(['paths', '/things', 'post', 'responses', '201', 'headers', 'location'])
    expect(document).toHaveProperty(['paths', '/things', 'post', 'responses', '201', 'headers', 'x-request-id'])
  })

  it('has a 304 for a read of what has an ETag', () => {
    expect(document).toHaveProperty(['paths', '/things/{id}', 'get', 'responses', '304', 'description'])
    expect(document).not.toHaveProperty(['paths', '/things', 'post', 'responses', '304'])
  })

  it('has no content for a response without a body', () => {
    expect(document).not.toHaveProperty(['paths', '/things/{id}', 'delete', 'responses', '204', 'content'])
  })

  it('lists the problems of a route and those of all similar routes', () => {
    const responses = (path: string, method: string) =>
      Object.keys(
        (document.paths as Record<string, Record<string, { responses: object }>>)[path]?.[method]?.responses ?? {},
      )

    expect(responses('/things', 'post')).toEqual(['201', '400', '413', '415', '422', '429', '503'])
    expect(responses('/things/{id}', 'get')).toEqual(['200', '304', '404', '422', '429'])
  })

  it('names all problems that share a status', () => {
    expect(document).toHaveProperty(
      ['paths', '/things', 'post', 'responses', '503', 'description'],
      'Temporarily unavailable (unavailable), or Overloaded (overloaded)',
    )
    expect(document).toHaveProperty(
      ['paths', '/things', 'post', 'responses', '503', 'content', 'application/problem+json', 'schema'],
      { $ref: '#/components/schemas/Problem' },
    )
  })
})
