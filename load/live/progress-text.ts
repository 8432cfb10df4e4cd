import type { PlannedRun, PlannedStep } from '../load-plan'
import { formatCount, formatDuration, formatMs, formatRate } from '../look/format'
import type { StepResult } from '../results'
import type { LiveProgress } from './live-view'

/** The pace of a step, such as `400/s, poisson` or `8 clients`. */
export function paceText({ arrivals, ratePerSecond, clients }: PlannedStep): string {
  if (arrivals === 'closed') return `${clients ?? '?'} clients`
  return ratePerSecond === undefined ? arrivals : `${formatRate(ratePerSecond)}/s, ${arrivals}`
}

/** How far a step is, 0 to 1; undefined when it ends with its requests and not with its time. */
export function shareDone(step: PlannedStep, elapsedMs: number): number | undefined {
  if (step.measuredMs === undefined) return undefined
  return Math.min(1, elapsedMs / Math.max(1, step.warmupMs + step.measuredMs))
}

/** Of all steps that have not ended, without their drains; undefined when one of them cannot be told. */
export function timeLeftMs(run: PlannedRun, ended: ReadonlySet<string>, now?: LiveProgress): number | undefined {
  let leftMs = 0
  for (const step of run.steps) {
    if (ended.has(step.name)) continue
    if (step.measuredMs === undefined) return undefined
    const wholeMs = step.warmupMs + step.measuredMs
    leftMs += step.name === now?.name ? Math.max(0, wholeMs - now.elapsedMs) : wholeMs
  }
  return leftMs
}

/** What went out and what came back in the last second. */
export function trafficText({ offered, accepted, refused, failed, dropped, inFlight }: LiveProgress): string {
  const parts = [`offered ${formatCount(offered)}/s`, `accepted ${formatCount(accepted)}/s`]
  if (refused > 0) parts.push(`refused ${formatCount(refused)}/s`)
  parts.push(`in flight ${formatCount(inFlight)}`, `errors ${formatCount(failed)}/s`)
  if (dropped > 0) parts.push(`dropped ${formatCount(dropped)}/s`)
  return parts.join('  ')
}

/** How long it took, and what is waiting. What is not known is left out. */
export function latencyText({ responseP50Ms, responseP99Ms, backlog, health }: LiveProgress): string {
  const parts: string[] = []
  if (responseP50Ms !== undefined) parts.push(`p50 ${formatMs(responseP50Ms)} ms`)
  if (responseP99Ms !== undefined) parts.push(`p99 ${formatMs(responseP99Ms)} ms`)
  if (backlog !== undefined) parts.push(`backlog ${formatCount(backlog)}`)
  if (health !== undefined) parts.push(`late p99 ${formatMs(health.latenessP99Ms)} ms`)
  return parts.join('  ')
}

/** What stays of a step, in one line. */
export function stepText({ name, rates, latencies, requests, drainMs, generator }: StepResult): string {
  const parts = [
    name.padEnd(11),
    `accepted ${formatRate(rates.acceptedPerSecond)}/s`,
    `committed ${formatRate(rates.committedPerSecond)}/s`,
  ]
  if (latencies.response.count > 0) {
    parts.push(`response p50 ${formatMs(latencies.response.p50Ms)} p99 ${formatMs(latencies.response.p99Ms)} ms`)
  }
  if (latencies.committed.count > 0) parts.push(`commit p99 ${formatMs(latencies.committed.p99Ms)} ms`)
  parts.push(`drained ${formatDuration(drainMs)}`)
  if (requests.failed > 0) parts.push(`errors ${formatCount(requests.failed)}`)
  if (!generator.isValid) parts.push(`INVALID: ${generator.reason ?? 'the generator could not keep up'}`)
  return parts.join('  ')
}
