import { type LoadPlan, REQUEST_KINDS } from '../load-plan'
import { readBaseUrl } from './http/request-texts'

/** @throws with one line that says what is wrong */
export function checkPlan(plan: LoadPlan): void {
  readBaseUrl(plan.url)
  for (const name of ['workers', 'connections', 'maxInFlight'] as const) atLeastOne(name, plan[name])
  atLeastOne('users', plan.traffic.users)
  if (!(plan.timeoutMs > 0)) throw new Error('timeoutMs must be above 0')
  if (!(plan.warmupMs >= 0)) throw new Error('warmupMs must not be below 0')
  const { pace, traffic } = plan
  if (pace.loop === 'open') {
    if (!(pace.ratePerSecond > 0) || !(pace.durationMs > 0)) {
      throw new Error('an open loop needs a rate and a duration above 0')
    }
  } else {
    atLeastOne('clients', pace.clients)
    if (pace.durationMs === undefined && pace.requestsPerClient === undefined) {
      throw new Error('a closed loop needs a duration or a number of requests')
    }
  }
  if (!traffic.kinds.some(({ weight }) => weight > 0)) throw new Error('no kind of request has a weight')
  if (!traffic.products.some(({ weight }) => weight > 0)) throw new Error('no product has a weight')
  const unknown = traffic.kinds.find(({ kind }) => !REQUEST_KINDS.includes(kind))
  if (unknown !== undefined) throw new Error(`unknown kind of request: ${unknown.kind}`)
}

function atLeastOne(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} must be a whole number of at least 1`)
}
