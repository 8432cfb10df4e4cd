import fc from 'fast-check'
import { expect, test } from 'vitest'
import { classifyResponse as classify } from './outcome'

const KEPT = 160

/** Without the status, which is returned unchanged. */
function classifyResponse(isOrder: boolean, status: number, bodyStart: string, hasRetryAfter = true) {
  const { status: returned, ...classified } = classify(isOrder, { status, hasRetryAfter, bodyStart })
  expect(returned).toBe(status)
  return classified
}

test('the id of an accepted order is the one that JSON.parse finds', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.jsonValue(), (id, items) => {
      const body = JSON.stringify({ id, status: 'confirmed', items })
      expect(classifyResponse(true, 201, body.slice(0, KEPT))).toEqual({
        outcome: 'accepted',
        orderId: JSON.parse(body).id,
      })
    }),
  )
})

test('an id that needs a JSON parser is not guessed', () => {
  for (const id of ['a"b', 'a\\b', 'a\nb', 'ä', '']) {
    expect(classifyResponse(true, 201, JSON.stringify({ id }))).toEqual({ outcome: 'failed', cause: 'no-order-id' })
  }
})

test('success without an order id is a failure for an order only', () => {
  expect(classifyResponse(true, 202, '{"status":"pending"}')).toEqual({ outcome: 'failed', cause: 'no-order-id' })
  expect(classifyResponse(false, 200, '{"items":[]}')).toEqual({ outcome: 'accepted' })
})

test.each(['insufficient-stock', 'illegal-transition', 'unknown-product'])('%s is a refusal', (code) => {
  const problem = JSON.stringify({ type: `/problems/${code}`, title: 'No', status: 409 })
  expect(classifyResponse(true, 409, problem)).toEqual({ outcome: 'refused', cause: code })
  expect(classifyResponse(true, 422, problem)).toEqual({ outcome: 'refused', cause: code })
  expect(classifyResponse(true, 503, problem)).toEqual({ outcome: 'failed', cause: code })
})

test.each([
  { status: 422, type: '/problems/invalid-input', cause: 'invalid-input' },
  { status: 503, type: 'https://shop.example/problems/unavailable', cause: 'unavailable' },
  { status: 500, type: 'about:blank', cause: '500' },
])('$status of type $type is a failure because of $cause', ({ status, type, cause }) => {
  expect(classifyResponse(false, status, JSON.stringify({ type, title: 'No' }))).toEqual({ outcome: 'failed', cause })
})

test('a response that is no problem document fails with its status', () => {
  expect(classifyResponse(true, 502, '<html>bad gateway</html>')).toEqual({ outcome: 'failed', cause: '502' })
  expect(classifyResponse(true, 302, '')).toEqual({ outcome: 'failed', cause: '302' })
})

test('a 503 without Retry-After fails for that reason', () => {
  const problem = JSON.stringify({ type: '/problems/unavailable', title: 'No' })
  expect(classifyResponse(true, 503, problem, false)).toEqual({ outcome: 'failed', cause: 'no-retry-after' })
  expect(classifyResponse(true, 409, problem, false)).toEqual({ outcome: 'failed', cause: 'unavailable' })
})
