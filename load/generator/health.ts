import type { GeneratorHealth } from '../results'
import { summarizeLatency } from './latency'
import { OUTCOMES, type SampleColumns } from './samples'

/** Beyond one of these limits, the figures describe the generator and not the shop. */
export const VALIDITY_LIMITS = { latenessP99Ms: 10, eventLoopP99Ms: 10, droppedShare: 0.001 } as const

const DROPPED = OUTCOMES.indexOf('dropped')

/** The health after the warm-up. The delay of a request does not include its wait for a connection. */
export function healthOf(
  parts: readonly SampleColumns[],
  measured: Pick<GeneratorHealth, 'cpuPercent' | 'eventLoopP99Ms'>,
): GeneratorHealth {
  const lateness = summarizeLatency(latenessesUs(parts))
  const droppedShare = lateness.count === 0 ? 0 : droppedOf(parts) / lateness.count
  const health = { latenessP99Ms: lateness.p99Ms, latenessMaxMs: lateness.maxMs, droppedShare, ...measured }
  const reason = reasonForInvalidity(lateness.count, health)
  return { isValid: reason === undefined, ...(reason !== undefined && { reason }), ...health }
}

function reasonForInvalidity(count: number, health: Omit<GeneratorHealth, 'isValid'>): string | undefined {
  const { latenessP99Ms, eventLoopP99Ms, droppedShare } = VALIDITY_LIMITS
  if (count === 0) return 'no request was due after the warm-up'
  if (health.latenessP99Ms > latenessP99Ms) {
    return `the generator sent requests late: p99 of the delay ${health.latenessP99Ms.toFixed(1)} ms, limit ${latenessP99Ms} ms`
  }
  if (health.droppedShare > droppedShare) {
    const percent = (health.droppedShare * 100).toFixed(2)
    return `the generator dropped ${percent} % of the requests because too many were in flight, limit ${droppedShare * 100} %`
  }
  if (health.eventLoopP99Ms > eventLoopP99Ms) {
    return `the generator read responses late: p99 of the event loop delay ${health.eventLoopP99Ms.toFixed(1)} ms, limit ${eventLoopP99Ms} ms`
  }
  return undefined
}

function* latenessesUs(parts: readonly SampleColumns[]): Iterable<number> {
  for (const { count, dueUs, startedUs } of parts) {
    for (let index = 0; index < count; index++) {
      const due = dueUs[index] ?? 0
      if (due >= 0) yield (startedUs[index] ?? 0) - due
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
