import { describe, expect, it } from 'vitest'
import { MalformedResponseError, toHttpResponse } from './http-response'

describe('the result of a function', () => {
  it('is the response if it has a status', () => {
    const result = {
      statusCode: 201,
      headers: { 'content-type': 'text/html', 'X-N': 5 },
      cookies: ['a=1', 'b=2'],
      body: 'hi',
    }

    expect(toHttpResponse(result)).toEqual({
      status: 201,
      headers: ['content-type', 'text/html', 'X-N', '5', 'set-cookie', 'a=1', 'set-cookie', 'b=2'],
      body: 'hi',
    })
  })

  it.each([
    ['a text', 'Hello from Lambda!', 'Hello from Lambda!'],
    ['an object', { message: 'Hello' }, '{"message":"Hello"}'],
    ['a list', [1], '[1]'],
    ['null', null, 'null'],
    ['nothing', undefined, 'null'],
  ])('becomes JSON with 200 if it has no status: %s', (_, result, body) => {
    expect(toHttpResponse(result)).toEqual({ status: 200, headers: ['content-type', 'application/json'], body })
  })

  it('is decoded from base64', () => {
    const { body } = toHttpResponse({
      statusCode: 200,
      body: Buffer.from([0, 255]).toString('base64'),
      isBase64Encoded: true,
    })

    expect(body).toEqual(Buffer.from([0, 255]))
  })

  it('has the type text/plain by default, and no type without a body', () => {
    expect(toHttpResponse({ statusCode: 200, body: 'hi' }).headers).toEqual([
      'content-type',
      'text/plain;charset=UTF-8',
    ])
    expect(toHttpResponse({ statusCode: 204 })).toEqual({ status: 204, headers: [], body: '' })
  })

  it('cannot set the headers of the connection', () => {
    const headers = { Connection: 'upgrade', 'Content-Length': '5', 'transfer-encoding': 'chunked', etag: '"1"' }

    expect(toHttpResponse({ statusCode: 200, headers }).headers).toEqual(['etag', '"1"'])
  })

  it.each([
    ['a status that is not a number', { statusCode: 'x' }],
    ['a status that is not final', { statusCode: 101 }],
    ['a status too high', { statusCode: 600 }],
    ['a body that is not a text', { statusCode: 200, body: { a: 1 } }],
    ['a body over 6 MB', { statusCode: 200, body: 'x'.repeat(6 * 1024 * 1024 + 1) }],
  ])('is refused with %s', (_, result) => {
    expect(() => toHttpResponse(result)).toThrow(MalformedResponseError)
  })
})
