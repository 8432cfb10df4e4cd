import { checkReadiness } from '@ecommerce/runtime'
import { lifecycle } from '../composition/lifecycle'
import { dependencies, dependencyTimeoutMs } from '../composition/operations'
import { http } from '../composition/telemetry'
import { getReady, toReadinessBody } from './contract'

const headers = { 'retry-after': '1' }

export const handler = http(getReady, async () => {
  // The caller should use another process now, so it need not wait for the dependencies.
  if (lifecycle.isDraining) return { status: 503, headers, body: { status: 'draining' as const, dependencies: {} } }
  const readiness = await checkReadiness(dependencies, dependencyTimeoutMs)
  const body = toReadinessBody(readiness)
  return readiness.status === 'unavailable' ? { status: 503, headers, body } : { body }
})
