import { FakeTracer } from '@ecommerce/testing'
import { describe, expect, it, vi } from 'vitest'
import { Session } from './session'
import { TimeLeft } from './time-left'
import { traceQueries } from './traced-connection'

const ADDRESS = { host: 'db.example.com', port: 3306, database: 'shop' }

function setUp(query = vi.fn(async () => [[], []])) {
  const tracer = new FakeTracer()
  const session = new Session(traceQueries(tracer, ADDRESS, { query }), {
    queryTimeoutMs: 1_000,
    timeLeft: new TimeLeft(1_000),
  })
  return { tracer, session, query }
}

describe('a traced round trip', () => {
  it('is one span, with the text of its statements and without their values', async () => {
    const { tracer, session, query } = setUp()

    session.later('START TRANSACTION')
    session.later('INSERT INTO orders (id, user_id) VALUES ?', [[['id-1', 'ann']]])
    await session.write('UPDATE products SET stock = ? WHERE id = ?', [7, 1])

    expect(query).toHaveBeenCalledOnce()
    const sql = [
      'START TRANSACTION',
      'INSERT INTO orders (id, user_id) VALUES ?',
      'UPDATE products SET stock = ? WHERE id = ?',
    ].join(';\n')
    expect(tracer.started).toEqual([
      {
        name: 'START; INSERT orders; UPDATE products',
        kind: 'client',
        attributes: {
          'db.system.name': 'mysql',
          'db.namespace': 'shop',
          'db.query.summary': 'START; INSERT orders; UPDATE products',
          'db.query.text': sql,
          'db.operation.batch.size': 3,
          'server.address': 'db.example.com',
          'server.port': 3306,
        },
      },
    ])
  })

  it('that fails has the error code of the server', async () => {
    const error = Object.assign(new Error("Duplicate entry 'ann'"), { code: 'ER_DUP_ENTRY' })
    const { tracer, session } = setUp(vi.fn(() => Promise.reject(error)))

    await expect(session.rows('SELECT 1')).rejects.toBe(error)

    expect(tracer.reported).toEqual([{ 'db.response.status_code': 'ER_DUP_ENTRY' }])
  })

  it('has no span outside of a recorded trace', async () => {
    const { tracer, session, query } = setUp()
    tracer.current = undefined

    await session.rows('SELECT 1')

    expect(query).toHaveBeenCalledOnce()
    expect(tracer.started).toEqual([])
  })
})
