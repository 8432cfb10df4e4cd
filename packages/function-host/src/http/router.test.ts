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
  ])('is the most specific one, as in the example of AWS: %s %s', (method, path, expected) => {
    expect(find(method, path)).toEqual(expected)
  })

  it('is the GET route for HEAD, as specific as for GET', () => {
    expect(find('HEAD', '/pets/dog/1')).toEqual(['GET /pets/dog/1'])
    expect(find('HEAD', '/test')).toEqual(['ANY /{proxy+}', { proxy: 'test' }])
    expect(findIn('GET /a', 'HEAD /a')('HEAD', '/a')).toEqual(['HEAD /a'])
    expect(findIn('GET /a', 'ANY /a')('HEAD', '/a')).toEqual(['GET /a'])
  })

  it('is $default if no other route matches, with any method', () => {
    const few = findIn('GET /orders/{id}', '$default')

    expect(few('POST', '/orders/1')).toEqual(['$default'])
    expect(few('HEAD', '/orders')).toEqual(['$default'])
    expect(few('GET', '/orders/1/')).toEqual(['$default'])
    expect(few('GET', '/ORDERS/1')).toEqual(['$default'])
    expect(few('BREW', '/orders/1')).toEqual(['$default'])
  })

  it('is undefined if there is no $default either', () => {
    expect(findIn('GET /a')('GET', '/b')).toBeUndefined()
  })

  it('is the one with its method rather than the one with any method', () => {
    const both = findIn('ANY /a', 'GET /a')

    expect([both('GET', '/a'), both('PUT', '/a')]).toEqual([['GET /a'], ['ANY /a']])
  })

  it('has decoded parameters of any length, which may contain an encoded slash', () => {
    const one = findIn('GET /things/{id}')

    expect(one('GET', '/things/a%20b%2Fc%25')).toEqual(['GET /things/{id}', { id: 'a b/c%' }])
    expect(one('GET', `/things/${'x'.repeat(5_000)}`)).toEqual(['GET /things/{id}', { id: 'x'.repeat(5_000) }])
  })

  it('has no empty parameter', () => {
    expect(findIn('GET /things/{id}', '$default')('GET', '/things/')).toEqual(['$default'])
    expect(findIn('GET /things/{rest+}', '$default')('GET', '/things/')).toEqual(['$default'])
  })

  it('treats a colon and a star in a path literally', () => {
    expect(findIn('GET /a:b', '$default')('GET', '/a:b')).toEqual(['GET /a:b'])
    expect(findIn('GET /a:b', '$default')('GET', '/ax')).toEqual(['$default'])
  })
})

it('a route with an invalid parameter name is refused', () => {
  expect(() => findIn('GET /{a-b}')).toThrow('the name of a parameter may contain only letters, digits and _')
})
