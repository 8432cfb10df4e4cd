import { formatCount, formatDuration, formatLatency, formatMs, formatPerSecond, plural } from '@ecommerce/look/format'
import type { PlannedRun, PlannedStep } from '../load-plan'
import type { GeneratorHealth, StepResult } from '../results'
import type { LiveProgress } from './live-view'

/** The pace of a step, for example `400/s, poisson` or `8 clients`. */
export function paceText({ arrivals, ratePerSecond, clients }: PlannedStep): string {
  if (arrivals === 'closed') return clients === undefined ? 'closed loop' : plural(clients, 'client')
  return ratePerSecond === undefined ? arrivals : `${formatPerSecond(ratePerSecond)}, ${arrivals}`
}

/** The progress of a step from 0 to 1; undefined if the step ends after a number of requests. */
export function shareDone(step: PlannedStep, elapsedMs: number): number | undefined {
  if (step.measuredMs === undefined) return undefined
  return Math.min(1, elapsedMs / Math.max(1, step.warmupMs + step.measuredMs))
}

/** The time that the remaining steps need without their drains; undefined if a step, or its duration, is unknown. */
export function timeLeftMs(run: PlannedRun, ended: ReadonlySet<string>, now?: LiveProgress): number | undefined {
  if (run.isOpenEnded) return undefined
  let leftMs = 0
  for (const step of run.steps) {
    if (ended.has(step.name)) continue
    if (step.measuredMs === undefined) return undefined
    const wholeMs = step.warmupMs + step.measuredMs
    leftMs += step.name === now?.name ? Math.max(0, wholeMs - now.elapsedMs) : wholeMs
  }
  return leftMs
}

/** The requests and responses of the last second. */
export function trafficText({ offered, accepted, refused, failed, dropped, inFlight }: LiveProgress): string {
  const parts = [`offered ${formatCount(offered)}/s`, `accepted ${formatCount(accepted)}/s`]
  if (refused > 0) parts.push(`refused ${formatCount(refused)}/s`)
  parts.push(`in flight ${formatCount(inFlight)}`, `failed ${formatCount(failed)}/s`)
  if (dropped > 0) parts.push(`dropped ${formatCount(dropped)}/s`)
  return parts.join('  ')
}

/** The latencies and the backlog of the last second. Unknown values are left out. */
export function latencyText({ responseP50Ms, responseP99Ms, backlog, health }: LiveProgress): string {
  const parts: string[] = []
  if (responseP50Ms !== undefined) parts.push(`p50 ${formatLatency(responseP50Ms)}`)
  if (responseP99Ms !== undefined) parts.push(`p99 ${formatLatency(responseP99Ms)}`)
  if (backlog !== undefined) parts.push(`backlog ${formatCount(backlog)}`)
  if (health !== undefined) parts.push(`send delay p99 ${formatLatency(health.sendDelayP99Ms)}`)
  return parts.join('  ')
}

/** Why a step is not valid. */
export function reasonOf({ reason }: Pick<GeneratorHealth, 'reason'>): string {
  return reason ?? 'the generator could not keep up'
}

/** Why the running step would be invalid if it ended now; undefined if it would be valid. */
export function invalidSoFarText({ health }: LiveProgress): string | undefined {
  return health?.reason === undefined ? undefined : `invalid so far: ${health.reason}`
}

/** The time left, such as `about 30 s left`; empty if it is unknown. Without a rest, only the drain is missing. */
export function timeLeftText(leftMs: number | undefined): string {
  if (leftMs === undefined) return ''
  const seconds = Math.round(leftMs / 1_000)
  return seconds < 1 ? 'finishing' : `about ${formatDuration(seconds * 1_000)} left`
}

/** The result of a step in one line. */
export function stepText({ name, rates, latencies, requests, drainMs, generator }: StepResult): string {
  const parts = [
    name.padEnd(11),
    `accepted ${formatPerSecond(rates.acceptedPerSecond)}`,
    `committed ${formatPerSecond(rates.committedPerSecond)}`,
  ]
  if (latencies.response.count > 0) {
    parts.push(`response p50 ${formatMs(latencies.response.p50Ms)} p99 ${formatMs(latencies.response.p99Ms)} ms`)
  }
  if (latencies.commit.count > 0) parts.push(`commit p99 ${formatLatency(latencies.commit.p99Ms)}`)
  parts.push(`drain ${formatDuration(drainMs)}`)
  if (requests.failed > 0) parts.push(`failed ${formatCount(requests.failed)}`)
  if (!generator.isValid) parts.push(`INVALID: ${reasonOf(generator)}`)
  return parts.join('  ')
}
