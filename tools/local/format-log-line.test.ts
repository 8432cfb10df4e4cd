import { describe, expect, it } from 'vitest'
import { formatLogLine } from './format-log-line'

const entry = { level: 'info', time: '2026-11-24T07:13:12.305Z' }

describe('a log line in a terminal', () => {
  it('shows the time of day, the level, the message and the fields', () => {
    const request = { ...entry, request_id: 'r-1', method: 'POST', status: 201, ids: ['a', 'b'], msg: 'request' }

    expect(formatLogLine(JSON.stringify(request))).toBe(
      '07:13:12.305 info  request  request_id=r-1  method=POST  status=201  ids=["a","b"]',
    )
  })

  it('shows the stack of an error and of its causes below', () => {
    const cause = { type: 'Error', code: 'ECONNREFUSED', message: 'refused', stack: 'Error: refused\n    at b.ts:2' }
    const err = { type: 'UnavailableError', message: 'away', stack: 'UnavailableError: away\n    at a.ts:1', cause }

    expect(formatLogLine(JSON.stringify({ ...entry, level: 'warn', err, msg: 'failed' })).split('\n')).toEqual([
      '07:13:12.305 warn  failed',
      '  UnavailableError: away',
      '      at a.ts:1',
      '  Error: refused',
      '      at b.ts:2 (ECONNREFUSED)',
    ])
  })

  it.each(['', 'Event sources: on-order', '{"mappings":[]}', '{"level":', '[1]', 'null'])(
    'stays unchanged if it is not a log entry: %j',
    (line) => {
      expect(formatLogLine(line)).toBe(line)
    },
  )
})
