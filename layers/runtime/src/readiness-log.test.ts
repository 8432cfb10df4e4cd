import { expect, it } from 'vitest'
import type { Readiness } from './readiness'
import { ReadinessLog } from './readiness-log'

function readiness(kafka: 'up' | 'down'): Readiness {
  const state = { status: kafka, required: false, latencyMs: 1, ...(kafka === 'down' && { reason: 'ECONNREFUSED' }) }
  return { status: kafka === 'up' ? 'ready' : 'degraded', dependencies: { kafka: state } }
}

it('the log of the readiness has each change once, with the reason', () => {
  const lines: unknown[] = []
  const log = { warn: (details: object) => lines.push(details), info: (details: object) => lines.push(details) }
  const changes = new ReadinessLog(log)

  for (const kafka of ['up', 'down', 'down', 'up', 'up', 'down'] as const) changes.report(readiness(kafka))

  expect(lines).toEqual([
    { dependency: 'kafka', reason: 'ECONNREFUSED' },
    { dependency: 'kafka' },
    { dependency: 'kafka', reason: 'ECONNREFUSED' },
  ])
})
