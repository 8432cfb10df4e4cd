import { checkReadiness } from '@ecommerce/runtime'
import { lifecycle } from '../composition/lifecycle'
import { dependencies, dependencyTimeoutMs } from '../composition/operations'
import { http } from '../composition/telemetry'
import { getReady, toReadinessBody } from './contract'

export const handler = http(getReady, async () => {
  // The caller should use another process now, so it need not wait for the dependencies.
  if (lifecycle.isDraining) return { status: 503, body: { status: 'draining' as const, dependencies: {} } }
  const readiness = await checkReadiness(dependencies, dependencyTimeoutMs)
  return { status: readiness.status === 'unavailable' ? 503 : 200, body: toReadinessBody(readiness) }
})
