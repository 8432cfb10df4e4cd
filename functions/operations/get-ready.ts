import { checkReadiness, ReadinessLog } from '@ecommerce/runtime'
import { lifecycle } from '../composition/lifecycle'
import { dependencies, dependencyTimeoutMs } from '../composition/operations'
import { access, config } from '../composition/settings'
import { http, logger } from '../composition/telemetry'
import { getReady, toReadinessBody } from './contract'

/** On an open desk everybody is an operator, but an open shop in production has strangers. */
const hasStrangers = access === 'open' && config.NODE_ENV === 'production'
const changes = new ReadinessLog(logger)

const headers = { 'retry-after': '1' }

export const handler = http(getReady, async ({ caller }) => {
  // The caller should use another process now, so it need not wait for the dependencies.
  if (lifecycle.isDraining) return { status: 503, headers, body: { status: 'draining' as const, dependencies: {} } }
  const readiness = await checkReadiness(dependencies, dependencyTimeoutMs)
  changes.report(readiness)
  const body = toReadinessBody(readiness, caller.may('operations:read') && !hasStrangers)
  return readiness.status === 'unavailable' ? { status: 503, headers, body } : { body }
})
