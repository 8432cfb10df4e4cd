import { describe, expect, it } from 'vitest'
import type { FunctionDefinition, Serverless } from '../serverless'
import { runnableFunction } from './runnable-function'

function runnable(definition: FunctionDefinition, options: Readonly<Record<string, unknown>> = {}) {
  const serverless: Serverless = {
    config: { servicePath: '/service' },
    service: {
      service: 'shop',
      provider: { name: 'aws', runtime: 'nodejs20.x' },
      getAllFunctions: () => [],
      getFunction: () => ({ handler: 'src/orders.handler', ...definition }),
    },
    configSchemaHandler: { defineFunctionEventProperties: () => undefined },
    classes: { Error },
    getProvider: () => {
      throw new Error('not needed')
    },
  }
  const sources = {
    serverless,
    options,
    wrapperDirectory: '/plugin',
    loader: 'file:///loader',
    codeVersion: 3,
    warning: () => {},
  }
  return runnableFunction('on-order', sources)
}

describe('a Node.js function', () => {
  it('runs in the wrapper, which loads it from the location of the service', () => {
    const { definition, options, toInput } = runnable({}, { location: '.build' })

    expect([definition.handler, options.location]).toEqual(['function-wrapper.handler', '/plugin'])
    expect(toInput({ a: 1 })).toEqual({
      loader: 'file:///loader',
      servicePath: '/service/.build',
      handlerPath: '/service/.build/src/orders.handler',
      handler: 'src/orders.handler',
      codeVersion: 3,
      event: { a: 1 },
    })
  })

  it.each<[what: string, definition: FunctionDefinition, options: Readonly<Record<string, unknown>>]>([
    ['in Docker', {}, { useDocker: true }],
    ['from an artifact', { package: { artifact: 'orders.zip' } }, {}],
  ])('runs as serverless-offline runs it, %s', (_, definition, options) => {
    const { definition: own, toInput, toJson } = runnable(definition, options)

    expect(own.handler).toBe('src/orders.handler')
    expect(toInput(1)).toBe(1)
    expect(toJson({ a: 1 })).toBe('{"a":1}')
    expect(toJson(undefined)).toBe('null')
  })
})

describe('a function of another runtime', () => {
  it.each(['java17', 'ruby3.3'])('fails when its program prints no result: %s', (runtime) => {
    const { toJson } = runnable({ runtime })

    expect(() => toJson(undefined)).toThrow('returned no result')
    expect(toJson(null)).toBe('null')
  })
})

describe('a function in Docker', () => {
  const { toJson } = runnable({ runtime: 'python3.12' }, { useDocker: true })

  it('fails when the container responds with an error', () => {
    const error = { errorType: 'ValueError', errorMessage: 'no good', requestId: '1', stackTrace: ['at f'] }

    expect(() => toJson(error)).toThrow(expect.objectContaining({ name: 'ValueError', message: 'no good' }))
  })

  it('succeeds with a result that only resembles an error', () => {
    const result = { errorType: 'none', errorMessage: '', orders: [] }

    expect(toJson(result)).toBe(JSON.stringify(result))
  })
})
