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
  it('depend on the home by default', () => {
    expect(created(undefined, 'lambda')).toBeInstanceOf(EmfMetrics)
    expect(created(undefined, 'serverless-offline')).toBe(prometheus)
  })

  it('are those of the setting in every home', () => {
    expect(created('none', 'serverless-offline')).toBe(noMetrics)
    expect(created('emf', 'function-host')).toBeInstanceOf(EmfMetrics)
  })
})
