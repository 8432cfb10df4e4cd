import { UnavailableError } from '@ecommerce/domain'
import { describe, expect, it } from 'vitest'
import { createLogger } from './logger'
import { logFieldsOf } from './tracing/log-fields'
import { contextIn, createTestTracer, TRACES } from './tracing/test-tracer'

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

  it('has no other property of the error', () => {
    const error = Object.assign(new Error('failed'), { sql: 'INSERT INTO orders ...', user: 'ann' })

    expect(Object.keys(logged(error)).sort()).toEqual(['message', 'stack', 'type'])
  })

  it('ends when its causes are circular', () => {
    const error = new Error('failed')
    error.cause = error

    expect(JSON.stringify(logged(error)).match(/"message"/g)).toHaveLength(6)
  })
})

describe('a line of a traced process', () => {
  it('names the current span, and none outside of spans', async () => {
    const lines: Record<string, unknown>[] = []
    const { tracer, spans } = createTestTracer()
    const logger = createLogger('info', { write: (line) => lines.push(JSON.parse(line)) }, logFieldsOf(tracer))

    await tracer.inSpan({ name: 'work', kind: 'internal', parent: contextIn(TRACES[0]) }, async () => {
      logger.info('inside')
    })
    logger.info('outside')

    expect(lines).toMatchObject([
      { msg: 'inside', trace_id: TRACES[0], span_id: spans()[0]?.spanId },
      { msg: 'outside' },
    ])
    expect(lines[1]).not.toHaveProperty('trace_id')
  })
})
