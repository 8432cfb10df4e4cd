import { checkReadiness } from '@ecommerce/runtime'
import { dependencies, dependencyTimeoutMs, http } from '../composition'
import { getReady, toReadinessBody } from './contract'

export const handler = http(getReady, async () => {
  const readiness = await checkReadiness(dependencies, dependencyTimeoutMs)
  return { status: readiness.status === 'unavailable' ? 503 : 200, body: toReadinessBody(readiness) }
})
