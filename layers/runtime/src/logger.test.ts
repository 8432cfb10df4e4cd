import { UnavailableError } from '@ecommerce/domain'
import { describe, expect, it } from 'vitest'
import { createLogger } from './logger'

function logged(error: unknown): Record<string, unknown> {
  let line = ''
  createLogger('info', { write: (text) => (line = text) }).warn({ err: error }, 'failed')
  return JSON.parse(line).err
}

describe('a logged error', () => {
  it('has its code and its stack, and those of its causes', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })

    expect(logged(new UnavailableError('MySQL', { cause: refused }))).toEqual({
      type: 'UnavailableError',
      code: 'unavailable',
      message: 'MySQL is not available at the moment.',
      stack: expect.stringContaining('logger.test'),
      cause: {
        type: 'Error',
        code: 'ECONNREFUSED',
        message: 'connect ECONNREFUSED',
        stack: expect.stringContaining('logger.test'),
      },
    })
  })

  it('has nothing else that somebody hung on it', () => {
    const error = Object.assign(new Error('failed'), { sql: 'INSERT INTO orders ...', user: 'ann' })

    expect(Object.keys(logged(error)).sort()).toEqual(['message', 'stack', 'type'])
  })

  it('ends where its causes go in a circle', () => {
    const error = new Error('failed')
    error.cause = error

    expect(JSON.stringify(logged(error)).match(/"message"/g)).toHaveLength(6)
  })
})
