import { describe, expect, it } from 'vitest'
import { createFindRoute } from './router'

function findIn(...routeKeys: string[]) {
  const find = createFindRoute(routeKeys.map((routeKey) => ({ routeKey, function: { invoke: async () => undefined } })))
  return (method: string, path: string) => {
    const match = find(method, path)
    return match && [match.target.routeKey, ...(match.params ? [{ ...match.params }] : [])]
  }
}

describe('the route of a request', () => {
  const find = findIn('GET /pets/dog/1', 'GET /pets/dog/{id}', 'GET /pets/{proxy+}', 'ANY /{proxy+}', '$default')

  it.each([
    ['GET', '/pets/dog/1', ['GET /pets/dog/1']],
    ['GET', '/pets/dog/2', ['GET /pets/dog/{id}', { id: '2' }]],
    ['GET', '/pets/cat/1', ['GET /pets/{proxy+}', { proxy: 'cat/1' }]],
    ['POST', '/test/5', ['ANY /{proxy+}', { proxy: 'test/5' }]],
    ['PROPFIND', '/test', ['ANY /{proxy+}', { proxy: 'test' }]],
  ])('is the most specific, as AWS has it in its example: %s %s', (method, path, expected) => {
    expect(find(method, path)).toEqual(expected)
  })

  it('is $default where no other matches, whatever the method', () => {
    const few = findIn('GET /orders/{id}', '$default')

    expect(few('POST', '/orders/1')).toEqual(['$default'])
    expect(few('HEAD', '/orders/1')).toEqual(['$default'])
    expect(few('GET', '/orders/1/')).toEqual(['$default'])
    expect(few('GET', '/ORDERS/1')).toEqual(['$default'])
    expect(few('BREW', '/orders/1')).toEqual(['$default'])
  })

  it('is none where there is no $default either', () => {
    expect(findIn('GET /a')('GET', '/b')).toBeUndefined()
  })

  it('is the one of its method before the one of any method', () => {
    const both = findIn('ANY /a', 'GET /a')

    expect([both('GET', '/a'), both('PUT', '/a')]).toEqual([['GET /a'], ['ANY /a']])
  })

  it('gives parameters decoded, however long, and a slash in one is a part of it', () => {
    const one = findIn('GET /things/{id}')

    expect(one('GET', '/things/a%20b%2Fc%25')).toEqual(['GET /things/{id}', { id: 'a b/c%' }])
    expect(one('GET', `/things/${'x'.repeat(5_000)}`)).toEqual(['GET /things/{id}', { id: 'x'.repeat(5_000) }])
  })

  it('has no parameter that is empty', () => {
    expect(findIn('GET /things/{id}', '$default')('GET', '/things/')).toEqual(['$default'])
    expect(findIn('GET /things/{rest+}', '$default')('GET', '/things/')).toEqual(['$default'])
  })

  it('takes a colon and a star in a path for what they are', () => {
    expect(findIn('GET /a:b', '$default')('GET', '/a:b')).toEqual(['GET /a:b'])
    expect(findIn('GET /a:b', '$default')('GET', '/ax')).toEqual(['$default'])
  })
})

it('a route with a parameter of an unusual name is refused', () => {
  expect(() => findIn('GET /{a-b}')).toThrow('a parameter is called by letters, digits and _')
})
