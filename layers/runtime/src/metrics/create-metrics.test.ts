import { describe, expect, it } from 'vitest'
import { createMetrics } from './create-metrics'
import { EmfMetrics } from './emf-metrics'
import { noMetrics } from './no-metrics'
import { PrometheusMetrics } from './prometheus-metrics'

const prometheus = new PrometheusMetrics()
const emf = { namespace: 'shop', clock: () => new Date(), write: () => undefined }
const created = (...[wanted, home]: [Parameters<typeof createMetrics>[0], Parameters<typeof createMetrics>[1]]) =>
  createMetrics(wanted, home, { prometheus, emf })

describe('metrics', () => {
  it('suit their home when nobody says otherwise', () => {
    expect(created(undefined, 'lambda')).toBeInstanceOf(EmfMetrics)
    expect(created(undefined, 'serverless-offline')).toBe(prometheus)
  })

  it('are what somebody wants, wherever it is', () => {
    expect(created('none', 'serverless-offline')).toBe(noMetrics)
    expect(created('emf', 'function-host')).toBeInstanceOf(EmfMetrics)
  })
})
