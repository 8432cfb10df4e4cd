import { describe, expect, it } from 'vitest'
import { MalformedResponseError, toAnswer } from './http-response'

describe('what a function returns', () => {
  it('is the response where it has a status', () => {
    const result = {
      statusCode: 201,
      headers: { 'content-type': 'text/html', 'X-N': 5 },
      cookies: ['a=1', 'b=2'],
      body: 'hi',
    }

    expect(toAnswer(result)).toEqual({
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
  ])('is JSON with 200 where it has no status: %s', (_, result, body) => {
    expect(toAnswer(result)).toEqual({ status: 200, headers: ['content-type', 'application/json'], body })
  })

  it('is decoded where it is base64', () => {
    const { body } = toAnswer({
      statusCode: 200,
      body: Buffer.from([0, 255]).toString('base64'),
      isBase64Encoded: true,
    })

    expect(body).toEqual(Buffer.from([0, 255]))
  })

  it('is text where it does not say what it is, and nothing where it is empty', () => {
    expect(toAnswer({ statusCode: 200, body: 'hi' }).headers).toEqual(['content-type', 'text/plain;charset=UTF-8'])
    expect(toAnswer({ statusCode: 204 })).toEqual({ status: 204, headers: [], body: '' })
  })

  it('does not decide how the connection goes on', () => {
    const headers = { Connection: 'upgrade', 'Content-Length': '5', 'transfer-encoding': 'chunked', etag: '"1"' }

    expect(toAnswer({ statusCode: 200, headers }).headers).toEqual(['etag', '"1"'])
  })

  it.each([
    ['a status that is none', { statusCode: 'x' }],
    ['a status that is not final', { statusCode: 101 }],
    ['a status too high', { statusCode: 600 }],
    ['a body that is no text', { statusCode: 200, body: { a: 1 } }],
    ['a body over 6 MB', { statusCode: 200, body: 'x'.repeat(6 * 1024 * 1024 + 1) }],
  ])('is no response with %s', (_, result) => {
    expect(() => toAnswer(result)).toThrow(MalformedResponseError)
  })
})
