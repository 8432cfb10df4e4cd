import { UnavailableError } from '@ecommerce/domain'
import { lambdaContext } from '@ecommerce/testing'
import { expect, it } from 'vitest'
import { createLogger } from '../logger'
import { noMetrics } from '../metrics/no-metrics'
import { createScheduleStack } from './scheduled-handler'

function setUp() {
  const lines: Record<string, unknown>[] = []
  const logger = createLogger('info', { write: (line) => lines.push(JSON.parse(line)) })
  return { lines, scheduled: createScheduleStack({ logger, metrics: noMetrics }) }
}

const context = lambdaContext({ awsRequestId: 'request-1', functionName: 'relay-outbox' })

it('a scheduled function logs one line: what it did, its request id, and how long it took', async () => {
  const { lines, scheduled } = setUp()

  await scheduled(async () => ({ events: 3 }))({}, context)

  expect(lines).toEqual([
    expect.objectContaining({
      level: 'info',
      msg: 'scheduled',
      request_id: 'request-1',
      function: 'relay-outbox',
      events: 3,
      duration_ms: expect.any(Number),
    }),
  ])
})

it('a scheduled function that fails logs the reason, and rejects', async () => {
  const { lines, scheduled } = setUp()
  const away = new UnavailableError('Kafka')

  await expect(scheduled(() => Promise.reject(away))({}, context)).rejects.toBe(away)

  expect(lines).toEqual([
    expect.objectContaining({
      level: 'warn',
      request_id: 'request-1',
      err: expect.objectContaining({ code: 'unavailable' }),
    }),
  ])
})
