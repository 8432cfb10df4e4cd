import { checkReadiness } from '@ecommerce/runtime'
import { dependencies, dependencyTimeoutMs, http, lifecycle } from '../composition'
import { getReady, toReadinessBody } from './contract'

export const handler = http(getReady, async () => {
  // Nobody is to wait for dependencies, and whoever asks is to go elsewhere.
  if (lifecycle.isDraining) return { status: 503, body: { status: 'draining' as const, dependencies: {} } }
  const readiness = await checkReadiness(dependencies, dependencyTimeoutMs)
  return { status: readiness.status === 'unavailable' ? 503 : 200, body: toReadinessBody(readiness) }
})
