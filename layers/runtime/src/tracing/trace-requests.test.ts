import { httpEvent, lambdaContext } from '@ecommerce/testing'
import { describe, expect, it, vi } from 'vitest'
import { contextIn, createTestTracer, SPAN, TRACES } from './test-tracer'
import { traceRequests } from './trace-requests'

const [A] = TRACES

function setUp(statusCode = 200, path = '/orders/{id}') {
  const { tracer, spans } = createTestTracer()
  const ended = vi.spyOn(tracer, 'invocationEnded')
  const answer = async () => ({ statusCode, headers: { 'x-request-id': 'request-1' } })
  return { handler: traceRequests(tracer, { path }, answer), spans, ended }
}

describe('a traced request', () => {
  it('is a span with the name of its route, the trace of the caller and the request id', async () => {
    const { handler, spans, ended } = setUp()

    await handler(httpEvent({ path: '/orders/7', query: { secret: '1' }, headers: contextIn(A) }), lambdaContext())

    expect(spans()).toMatchObject([{ name: 'GET /orders/{id}', kind: 1, traceId: A, parent: SPAN, hasFailed: false }])
    expect(spans()[0]?.attributes).toEqual({
      'http.request.method': 'GET',
      'http.response.header.x-request-id': ['request-1'],
      'http.response.status_code': 200,
      'http.route': '/orders/{id}',
      'url.path': '/orders/7',
      'url.scheme': 'http',
    })
    expect(ended).toHaveBeenCalledOnce()
  })

  it.each([
    { status: 404, hasFailed: false },
    { status: 503, hasFailed: true },
  ])('has failed with a 5xx only: $status', async ({ status, hasFailed }) => {
    const { handler, spans } = setUp(status)

    await handler(httpEvent(), lambdaContext())

    expect(spans()).toMatchObject([{ hasFailed, attributes: { 'http.response.status_code': status } }])
    expect(spans()[0]?.attributes['error.type']).toBe(hasFailed ? '503' : undefined)
  })

  it('has a name that callers cannot choose when no route matches', async () => {
    const { handler, spans } = setUp(404, '*')

    await handler(httpEvent({ method: 'BREW', path: '/pot' }), lambdaContext())

    expect(spans()).toMatchObject([{ name: 'HTTP', attributes: { 'http.request.method': '_OTHER' } }])
    expect(spans()[0]?.attributes['http.route']).toBeUndefined()
  })
})
