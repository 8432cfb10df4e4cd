import { InvalidInputError, NotFoundError } from '@ecommerce/domain'
import { type HttpEventOptions, httpEvent } from '@ecommerce/testing'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  MalformedJsonError,
  MalformedRequestError,
  PayloadTooLargeError,
  UnsupportedContentCodingError,
  UnsupportedMediaTypeError,
} from './http-errors'
import { parseRequest } from './parse-request'
import { MAX_BODY_BYTES } from './read-json'
import { defineRoute } from './route'

const common = {
  operationId: 'do',
  method: 'POST',
  path: '/things/{id}',
  summary: 'Do',
  tag: 'things',
  access: 'public',
  success: { status: 200, description: 'Done' },
  problems: [],
} as const

const line = z.strictObject({ product: z.int().min(1), quantity: z.int().min(1) })

const withBody = defineRoute({
  ...common,
  body: z.strictObject({ name: z.string(), items: z.array(line).optional(), 'a/b~c': z.int().optional() }),
})

function parseBody(body: unknown, options: HttpEventOptions = {}) {
  return parseRequest(withBody, httpEvent({ method: 'POST', body, ...options })).body
}

/** The members at fault. */
function pointersOf(work: () => unknown): string[] {
  try {
    work()
  } catch (error) {
    if (error instanceof InvalidInputError) return error.fields.map(({ pointer }) => pointer)
    throw error
  }
  return expect.fail('it was accepted')
}

describe('a body', () => {
  it('is parsed and validated', () => {
    expect(parseBody({ name: 'Lamp 💡' })).toEqual({ name: 'Lamp 💡' })
  })

  it('may be base64', () => {
    expect(parseBody({ name: 'Lamp 💡' }, { base64: true })).toEqual({ name: 'Lamp 💡' })
  })

  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON', ' application/json ;x'])(
    'may come as %j',
    (type) => {
      expect(parseBody({ name: 'Lamp' }, { headers: { 'content-type': type } })).toEqual({ name: 'Lamp' })
    },
  )

  it.each(['text/plain', 'application/jsonp', 'application/x-www-form-urlencoded', '', undefined])(
    'may not come as %j',
    (type) => {
      const parse = () => parseBody({ name: 'Lamp' }, { headers: { 'content-type': type } })

      expect(parse).toThrow(UnsupportedMediaTypeError)
      expect(parse).toThrow('application/json')
    },
  )

  it('may have another media type of the route', () => {
    const route = defineRoute({ ...withBody, mediaTypes: ['application/merge-patch+json'] })
    const headers = { 'content-type': 'application/merge-patch+json' }

    expect(parseRequest(route, httpEvent({ body: { name: 'Lamp' }, headers })).body).toEqual({ name: 'Lamp' })
    expect(() => parseBody({ name: 'Lamp' }, { headers })).toThrow(UnsupportedMediaTypeError)
  })

  it.each(['{', '{"name":}', 'undefined', "{'name': 'Lamp'}", '\u0000'])('is malformed when it is %j', (body) => {
    expect(() => parseBody(body)).toThrow(MalformedJsonError)
  })

  it('is malformed when it is empty but required', () => {
    expect(() => parseBody('')).toThrow(MalformedJsonError)
  })

  it.each([{ base64: false }, { base64: true }])(
    'may be as large as the limit and no larger ($base64)',
    ({ base64 }) => {
      const ofSize = (bytes: number) => ({ name: 'x'.repeat(bytes - '{"name":""}'.length) })

      expect(parseBody(ofSize(MAX_BODY_BYTES), { base64 })).toEqual(ofSize(MAX_BODY_BYTES))
      expect(() => parseBody(ofSize(MAX_BODY_BYTES + 1), { base64 })).toThrow(PayloadTooLargeError)
    },
  )

  it('is measured in bytes, not in characters', () => {
    expect(() => parseBody({ name: '💡'.repeat(MAX_BODY_BYTES / 4) })).toThrow(PayloadTooLargeError)
  })

  it('is reported as too large before any other problem', () => {
    const body = '{'.repeat(MAX_BODY_BYTES + 1)

    expect(() => parseBody(body, { headers: { 'content-type': 'text/plain' } })).toThrow(PayloadTooLargeError)
  })

  it('may be absent where it is optional', () => {
    const route = defineRoute({ ...common, body: z.strictObject({ note: z.string().optional() }).default({}) })
    const form = httpEvent({ method: 'POST', body: '', headers: { 'content-type': 'text/plain' } })

    expect(parseRequest(route, httpEvent({ method: 'POST' })).body).toEqual({})
    expect(parseRequest(route, httpEvent({ method: 'POST', body: '' })).body).toEqual({})
    expect(parseRequest(route, httpEvent({ body: { note: 'why' } })).body).toEqual({ note: 'why' })
    expect(() => parseRequest(route, form)).toThrow(UnsupportedMediaTypeError)
  })

  it('is ignored where the route reads', () => {
    const route = defineRoute({ ...common, method: 'GET' })

    expect(parseRequest(route, httpEvent({ body: '{', headers: { 'content-type': 'text/plain' } }))).toEqual({})
  })

  it('is not parsed where the route has none, but must not be one that a form can send', () => {
    const route = defineRoute(common)
    const parse = (body: string, type: string | undefined) => () =>
      parseRequest(route, httpEvent({ method: 'POST', body, headers: { 'content-type': type } }))

    expect(parse('{', 'application/json')()).toEqual({})
    expect(parse('', undefined)()).toEqual({})
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      expect(parse('', type)).toThrow(UnsupportedMediaTypeError)
      expect(parse('x', type)).toThrow(UnsupportedMediaTypeError)
    }
    expect(parse('x', undefined)).toThrow(UnsupportedMediaTypeError)
    expect(parse('x'.repeat(MAX_BODY_BYTES + 1), undefined)).toThrow(PayloadTooLargeError)
  })

  it('must be UTF-8 when it comes as bytes', () => {
    const bytes = { ...httpEvent({ method: 'POST', body: { name: 'x' } }), isBase64Encoded: true }

    expect(() =>
      parseRequest(withBody, { ...bytes, body: Buffer.from('{"name":"caf\xe9"}', 'latin1').toString('base64') }),
    ).toThrow('not valid UTF-8')
  })

  it.each(['gzip', 'br', 'identity, gzip'])('may not have the coding %s', (coding) => {
    expect(() => parseBody({ name: 'Lamp' }, { headers: { 'content-encoding': coding } })).toThrow(
      UnsupportedContentCodingError,
    )
  })

  it('may have the coding identity', () => {
    expect(parseBody({ name: 'Lamp' }, { headers: { 'content-encoding': 'Identity' } })).toEqual({ name: 'Lamp' })
  })

  it.each([
    ['{"name":"a","name":"b"}', ['/name']],
    ['{"name":"a","items":[{"product":1,"quantity":1},{"product":1,"quantity":1,"product":2}]}', ['/items/1/product']],
  ])('may not have a member twice: %s', (body, pointers) => {
    expect(pointersOf(() => parseBody(body))).toEqual(pointers)
  })
})

describe('a body that does not match its schema', () => {
  it.each([
    { fault: 'a missing member', body: {}, pointers: ['/name'] },
    { fault: 'another type', body: { name: 1 }, pointers: ['/name'] },
    { fault: 'an unknown member', body: { name: 'Lamp', colour: 'red' }, pointers: ['/colour'] },
    {
      fault: 'nested members',
      body: {
        name: 'Lamp',
        items: [
          { product: 1, quantity: 1 },
          { product: 1, quantity: 0 },
        ],
      },
      pointers: ['/items/1/quantity'],
    },
    {
      fault: 'a nested unknown member',
      body: { name: 'Lamp', items: [{ product: 1, quantity: 1, price: 1 }] },
      pointers: ['/items/0/price'],
    },
    { fault: 'several things', body: { items: 1, x: 1, y: 2 }, pointers: ['/name', '/items', '/x', '/y'] },
    { fault: 'a name that pointers escape', body: { name: 'Lamp', 'a/b~c': 'x' }, pointers: ['/a~1b~0c'] },
    { fault: 'an unknown name that pointers escape', body: { name: 'Lamp', 'x/y~z': 1 }, pointers: ['/x~1y~0z'] },
    { fault: 'the whole body', body: [], pointers: [''] },
    { fault: 'null', body: 'null', pointers: [''] },
  ])('points at $fault', ({ body, pointers }) => {
    expect(pointersOf(() => parseBody(body)).sort()).toEqual(pointers.sort())
  })

  it('shortens unknown names that are very long', () => {
    expect(pointersOf(() => parseBody({ name: 'Lamp', ['x'.repeat(10_000)]: 1 }))[0]?.length).toBeLessThan(100)
  })
})

describe('a body of one of two forms', () => {
  const user = z.string()
  const route = defineRoute({
    ...common,
    body: z.union([z.strictObject({ user, items: z.array(line) }), z.strictObject({ user, ...line.shape })]),
  })
  const pointersFor = (body: unknown) => pointersOf(() => parseRequest(route, httpEvent({ body })))

  it.each([
    {
      near: 'the form with items',
      body: { user: 'ann', items: [{ product: 1, quantity: 0 }] },
      pointers: ['/items/0/quantity'],
    },
    { near: 'the form with one line', body: { user: 'ann', product: 1, quantity: 0 }, pointers: ['/quantity'] },
    { near: 'the form with one line', body: { user: 'ann', product: 1 }, pointers: ['/quantity'] },
    { near: 'the form with one line', body: { product: 1, quantity: 1 }, pointers: ['/user'] },
    { near: 'the form with one line', body: { user: 'ann', product: 1, quantity: 1, price: 1 }, pointers: ['/price'] },
    { near: 'the form with items', body: { user: 'ann', items: 'x' }, pointers: ['/items'] },
  ])('is compared with $near, the best alternative: $pointers', ({ body, pointers }) => {
    expect(pointersFor(body)).toEqual(pointers)
  })
})

describe('parameters', () => {
  const route = defineRoute({
    ...common,
    params: z.object({ id: z.string().regex(/^\d+$/).transform(Number) }),
    query: z.strictObject({ limit: z.string().regex(/^\d+$/).transform(Number).optional() }),
    headers: z.object({ 'if-match': z.string().max(5).optional() }),
  })
  const parse = (options: HttpEventOptions) => parseRequest(route, httpEvent({ params: { id: '7' }, ...options }))

  it('are parsed by their schemas, and other headers are ignored', () => {
    expect(parse({ query: { limit: '5' }, headers: { 'if-match': '"1"', accept: '*/*' } })).toEqual({
      params: { id: 7 },
      query: { limit: 5 },
      headers: { 'if-match': '"1"' },
    })
  })

  it('may be absent', () => {
    expect(parse({})).toEqual({ params: { id: 7 }, query: {}, headers: {} })
  })

  it('of the path are not found when they do not match', () => {
    expect(() => parse({ params: { id: 'x' } })).toThrow(NotFoundError)
    expect(() => parseRequest(route, httpEvent())).toThrow(NotFoundError)
  })

  it('of the query are named when they are invalid or unknown', () => {
    expect(pointersOf(() => parse({ query: { limit: 'x', page: '1' } })).sort()).toEqual(['/limit', '/page'])
  })

  it.each(['limit=%', 'limit=%ff', 'limit=%E0%A4%A'])('of the query must be UTF-8: %s', (rawQueryString) => {
    const event = { ...httpEvent({ params: { id: '7' } }), rawQueryString }

    expect(() => parseRequest(route, event)).toThrow(MalformedRequestError)
  })

  it.each([
    ['limit=1&limit=1', ['/limit']],
    ['a&a&limit=5&limit=6', ['/a', '/limit']],
  ])('of the query may not be repeated: %s', (rawQueryString, pointers) => {
    const event = { ...httpEvent({ params: { id: '7' }, query: { limit: '1' } }), rawQueryString }

    expect(pointersOf(() => parseRequest(route, event))).toEqual(pointers)
  })

  it.each([
    ['search=c%2B%2B', 'c++'],
    ['search=c++', 'c++'],
    ['search=c++&limit=5', 'c++'],
    ['search=notepad+++', 'notepad+++'],
    ['search=desk+lamp', 'desk lamp'],
    ['search=desk++lamp', 'desk  lamp'],
    ['search=lamp+', 'lamp '],
    ['search=+', ' '],
    ['search=+++', '   '],
  ])('of the query have blanks for plus signs, except for several at the end: %s', (rawQueryString, search) => {
    const searchRoute = defineRoute({ ...common, query: z.object({ search: z.string() }) })
    const query = Object.fromEntries(new URLSearchParams(rawQueryString))

    expect(parseRequest(searchRoute, { ...httpEvent({ query }), rawQueryString }).query).toEqual({ search })
  })

  it('of the headers are named when they are invalid', () => {
    expect(pointersOf(() => parse({ headers: { 'if-match': 'too long' } }))).toEqual(['/if-match'])
  })
})
