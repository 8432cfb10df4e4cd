import type { GeneratorHealth } from '../results'
import { summarizeLatency } from './latency'
import { OUTCOMES, type SampleColumns } from './samples'

/** Beyond any of these, what was measured is the generator and not the shop. */
export const VALIDITY_LIMITS = { latenessP99Ms: 10, eventLoopP99Ms: 10, droppedShare: 0.001 } as const

const DROPPED = OUTCOMES.indexOf('dropped')

/** Of what was due after the warm-up. Late is what the generator took up late, not what waited for a connection. */
export function healthOf(
  parts: readonly SampleColumns[],
  measured: Pick<GeneratorHealth, 'cpuPercent' | 'eventLoopP99Ms'>,
): GeneratorHealth {
  const lateness = summarizeLatency(latenessesUs(parts))
  const droppedShare = lateness.count === 0 ? 0 : droppedOf(parts) / lateness.count
  const health = { latenessP99Ms: lateness.p99Ms, latenessMaxMs: lateness.maxMs, droppedShare, ...measured }
  const reason = reasonAgainst(lateness.count, health)
  return { isValid: reason === undefined, ...(reason !== undefined && { reason }), ...health }
}

function reasonAgainst(count: number, health: Omit<GeneratorHealth, 'isValid'>): string | undefined {
  const { latenessP99Ms, eventLoopP99Ms, droppedShare } = VALIDITY_LIMITS
  if (count === 0) return 'nothing was due after the warm-up'
  if (health.latenessP99Ms > latenessP99Ms) {
    return `requests left ${health.latenessP99Ms.toFixed(1)} ms late at p99, more than ${latenessP99Ms} ms`
  }
  if (health.droppedShare > droppedShare) {
    const percent = (health.droppedShare * 100).toFixed(2)
    return `${percent} % of the requests were dropped, as too many were in flight, more than ${droppedShare * 100} %`
  }
  if (health.eventLoopP99Ms > eventLoopP99Ms) {
    return `answers waited ${health.eventLoopP99Ms.toFixed(1)} ms to be read at p99, more than ${eventLoopP99Ms} ms`
  }
  return undefined
}

function* latenessesUs(parts: readonly SampleColumns[]): Iterable<number> {
  for (const { count, dueUs, takenUs } of parts) {
    for (let index = 0; index < count; index++) {
      const due = dueUs[index] ?? 0
      if (due >= 0) yield (takenUs[index] ?? 0) - due
    }
  }
}

function droppedOf(parts: readonly SampleColumns[]): number {
  let dropped = 0
  for (const { count, dueUs, outcomes } of parts) {
    for (let index = 0; index < count; index++) {
      if ((dueUs[index] ?? 0) >= 0 && outcomes[index] === DROPPED) dropped++
    }
  }
  return dropped
}
