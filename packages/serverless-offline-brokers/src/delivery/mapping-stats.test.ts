import { describe, expect, it } from 'vitest'
import { FunctionError } from '../invoker/function-error'
import { createMappingStats } from './mapping-stats'

function openStats() {
  const log: string[] = []
  const keep = (line: string) => void log.push(line)
  return {
    log,
    stats: createMappingStats({ log: { info: keep, warning: keep }, clock: () => 0 }, 'on-order:kafka:orders'),
  }
}

function failureOf(message: string): Error {
  const thrown = new TypeError(message)
  thrown.stack = `TypeError: ${message}\n    at orders.ts:7`
  return new FunctionError('on-order', thrown)
}

describe('a failed try', () => {
  const records = 'orders-0, offset 7'

  it('is logged each time with its records, number and next step, and with the stack when it is another failure', () => {
    const { log, stats } = openStats()

    stats.countFailure({ error: failureOf('no good'), records, tries: 1, next: 'next try in 250 ms' })
    stats.countFailure({ error: failureOf('no good'), records, tries: 2, next: 'next try in 500 ms' })
    stats.countFailure({ error: failureOf('worse'), records, tries: 3, next: 'no try is left' })
    stats.reportRecovery(records, 4)

    const start = 'on-order:kafka:orders: try'
    expect(log).toEqual([
      `${start} 1 of ${records} failed: on-order failed: no good; next try in 250 ms\nTypeError: no good\n    at orders.ts:7`,
      `${start} 2 of ${records} failed: on-order failed: no good; next try in 500 ms`,
      `${start} 3 of ${records} failed: on-order failed: worse; no try is left\nTypeError: worse\n    at orders.ts:7`,
      `${start} 4 of ${records} succeeded`,
    ])
  })

  it('is counted, and is the last error', () => {
    const { stats } = openStats()

    stats.countFailure({ error: failureOf('no good'), records, tries: 1, next: '' })

    const lastError = { message: 'on-order failed: no good', at: '1970-01-01T00:00:00.000Z' }
    expect(stats.snapshot()).toMatchObject({ failures: 1, lastError })
  })
})
